{#- CTEs that end in `figures`: the figures of every row of the relation `sums`, one
    engineer's or a group's (figures.md, telemetry). Rates are of sums; `days` is the
    dates of the window; what is not known stays NULL and enters no ratio. -#}
{% macro value_figures() %}
priced as (

    select
        *,
        {{ cost_of_tokens('tokens_saved') }} as cost_saved_usd,
        api_calls_avoided * {{ assumption('api_call_price_usd') }}
            as api_calls_value_usd,
        minutes_saved / 60 as hours_saved,
        hours_saved
        * {{ assumption('engineer_hourly_rate_usd') }}
        * {{ assumption('time_efficiency') }} as productivity_value_usd,
        n_days / 30 * {{ assumption('assistant_monthly_cost_usd') }}
            as cost_of_one_usd,
        commits / nullif(engineers_committing, 0) / n_days as commits_per_day,
        nullif({{ assumption('baseline_commits_per_day') }}, 0) as baseline
    from sums

),

figures as (

    select
        *,
        total_duration_ms / nullif(n_durations, 0) as mean_latency_ms,
        successes / nullif(n_judged, 0) as success_rate,
        cost_saved_usd / n_days as daily_average_usd,
        daily_average_usd * 30 as monthly_projection_usd,
        daily_average_usd * 365 as annual_projection_usd,
        dates_covered / days_expected as coverage,
        memory_hits / nullif(memory_hits + memory_misses, 0) as memory_hit_rate,
        suggestions_accepted
        / nullif(suggestions_accepted + suggestions_rejected, 0)
            as acceptance_rate,
        context_tokens / nullif(injections_sized, 0) as avg_context_tokens,
        test_coverage_total / nullif(test_coverage_days, 0)
            as avg_test_coverage,
        previous_test_coverage_total / nullif(previous_test_coverage_days, 0)
            as previous_test_coverage,
        avg_test_coverage - previous_test_coverage as coverage_improvement,
        (commits_per_day - baseline) / baseline * 100
            as productivity_gain_percent,
        engineers * cost_of_one_usd as assistant_cost_usd,
        engineers_valued * cost_of_one_usd as valued_cost_usd,
        case
            when engineers_valued > 0
                then
                    coalesce(cost_saved_usd, 0)
                    + coalesce(productivity_value_usd, 0)
        end as total_value_usd,
        total_value_usd / nullif(valued_cost_usd, 0) as roi_multiplier
    from priced

)
{%- endmacro %}

{#- The columns that engineers and teams show alike, of a row of `figures`. -#}
{% macro value_columns() -%}
    {%- set counts = value_summands() + ['dates_covered'] -%}
    n_days,
    {% for column in [
        'dates_covered', 'coverage',
        'executions', 'successes', 'success_rate', 'mean_latency_ms',
        'tokens_saved', 'api_calls_avoided', 'api_calls_value_usd',
        'minutes_saved', 'hours_saved', 'cost_saved_usd', 'daily_average_usd',
        'monthly_projection_usd', 'annual_projection_usd',
        'commits', 'prs_created', 'prs_merged', 'lines_added', 'lines_deleted',
        'avg_test_coverage', 'previous_test_coverage', 'coverage_improvement',
        'bugs_fixed', 'code_reviews', 'commits_per_day',
        'productivity_gain_percent', 'quality_score',
        'memory_hits', 'memory_misses', 'memory_hit_rate',
        'context_injections', 'avg_context_tokens',
        'suggestions_accepted', 'suggestions_rejected', 'acceptance_rate',
        'assistant_cost_usd', 'productivity_value_usd', 'total_value_usd',
        'roi_multiplier',
    ] -%}
    {% if column in counts -%}
    cast({{ column }} as bigint) as {{ column }},
    {% else -%}
    {{ rounded(column) }} as {{ column }},
    {% endif -%}
    {%- endfor -%}
    {{ recommendation('roi_multiplier', 'coverage') }} as recommendation,
    provenance,
    last_batch_id
{%- endmacro %}
