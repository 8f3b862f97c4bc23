{#- What the totals of an engineer's export follow from, by its exporter's own
    formulas: figure, formula of what else it states, and how far the rounding of all
    that may take them apart. -#}
{% macro exported_formulas() -%}
    {{ return([
        ('total_executions', 'executions', '0'),
        ('capabilities_used', 'capabilities', '0'),
        ('avg_success_rate', 'success_rate', '0.001'),
        ('cost_saved_usd', cost_of_tokens('tokens_saved'), '0.005'),
        (
            'daily_average_usd', 'cost_saved_usd / n_days',
            '0.005 + 0.005 / n_days',
        ),
        (
            'monthly_projection_usd', 'cost_saved_usd / n_days * 30',
            '0.005 + 0.005 / n_days * 30',
        ),
        (
            'annual_projection_usd', 'cost_saved_usd / n_days * 365',
            '0.005 + 0.005 / n_days * 365',
        ),
        ('commits_per_day', 'commits / n_days', '0.005'),
        (
            'productivity_gain_percent',
            '(commits / n_days - baseline) / baseline * 100', '0.05',
        ),
        (
            'memory_hit_rate',
            'memory_hits / nullif(memory_hits + memory_misses, 0)', '0.0005',
        ),
        (
            'acceptance_rate',
            'suggestions_accepted
            / nullif(suggestions_accepted + suggestions_rejected, 0)',
            '0.0005',
        ),
        (
            'assistant_cost_usd',
            'period_days / 30 * ' ~ assumption('assistant_monthly_cost_usd'), '0.005',
        ),
        (
            'total_value_usd', 'cost_saved_usd + time_saved_hours * hour_usd',
            '0.01 + 0.05 * hour_usd',
        ),
        (
            'roi_multiplier', 'total_value_usd / nullif(assistant_cost_usd, 0)',
            '0.05 + 0.005 * (1 + roi_multiplier) / nullif(assistant_cost_usd, 0)',
        ),
        ('quality_score', quality_score(to_30_days='1'), '0.07'),
    ]) }}
{%- endmacro %}

{#- The same of a team's export, which rests on its engineers. It states no days, so
    its projection follows from nothing. -#}
{% macro exported_team_formulas() -%}
    {{ return([
        ('engineers_analyzed', 'engineers', '0'),
        ('total_cost_savings_usd', 'cost_savings_usd', '0.005 * (1 + engineers)'),
        ('total_time_saved_hours', 'time_saved_hours', '0.05 * (1 + engineers)'),
        ('avg_roi_multiplier', 'roi_multiplier', '0.1'),
        ('total_commits', 'commits', '0'),
        ('total_prs_merged', 'prs_merged', '0'),
    ]) }}
{%- endmacro %}

{#- One row an export of the relation and figure of the formulas. -#}
{% macro recomputed_figures(origin, relation, formulas) -%}
    {%- for figure, formula, rounding in formulas -%}
    select
        client_id,
        '{{ origin }}' as origin,
        engineer_hash,
        exported_at,
        period_days,
        report_hash,
        '{{ figure }}' as figure,
        cast({{ figure }} as double) as exported,
        {{ formula }} as recomputed,
        {{ rounding }} as rounding
    from {{ relation }}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor -%}
{%- endmacro %}
