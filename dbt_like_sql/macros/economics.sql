{#- Whether a figure may be judged: measured, and in a demo simulated. -#}
{% macro is_scored() -%}
    list_contains({{ var('scored_provenances') }}, provenance)
{%- endmacro %}

{#- What is left of a benefit over the cost, in percent of the cost; NULL without
    either, or when nothing was spent (figures.md, engines). -#}
{% macro roi_pct(benefit, cost) -%}
    {{ rounded('(' ~ benefit ~ ' - ' ~ cost ~ ') / nullif(' ~ cost ~ ', 0) * 100') }}
{%- endmacro %}

{#- How many calendar days a week or month holds. -#}
{% macro days_of(period) -%}
    {% if period == 'week_start' %}7{% else %}dayofmonth(last_day({{ period }})){% endif %}
{%- endmacro %}

{#- One row a client and period, and one of all clients together, whose rates come
    from its sums. Value generated and cost saved are two views of the same
    meetings: no column adds them. -#}
{% macro economics(period) %}
{%- set summed = [
    'operational_cost_usd', 'value_generated_usd', 'leads', 'meetings_booked',
    'traditional_cost_usd', 'hours_saved', 'qualified_meetings',
    'n_meeting_quality', 'satisfaction_total', 'n_satisfaction',
    'n_probes_up', 'n_probes', 'n_engine_days', 'n_engine_days_with_cost',
] -%}
with

days as (

    select
        days.* exclude (last_batch_id),
        baselines.cost_basis,
        days.meetings_booked * baselines.cost_per_meeting_usd
            as traditional_cost_usd,
        days.meetings_booked * baselines.hours_per_meeting as hours_saved,
        days.n_engine_days > 0 as has_data,
        -- A previous method that arrives later changes what was reported.
        greatest(
            days.last_batch_id,
            coalesce(baselines.last_batch_id, days.last_batch_id)
        ) as last_batch_id
    from {{ ref('client_days') }} as days
    left join {{ ref('client_baselines') }} as baselines using (client_id)

),

periods as (

    select
        client_id,
        {{ period }},
        grouping(client_id) = 1 as is_total,
        {% for column in summed -%}
        sum({{ column }}) as {{ column }},
        {% endfor -%}
        case
            when min(cost_basis) = max(cost_basis) then min(cost_basis)
            else 'mixed'
        end as traditional_basis,
        count(distinct metric_date) filter (where has_data) as days_with_data,
        count(distinct metric_date) filter (
            where has_data and n_engine_days_with_cost = n_engine_days
        ) as days_with_cost,
        count(*) filter (where has_data)
        / nullif(count(distinct client_id), 0)
        / {{ days_of(period) }} as coverage,
        max(provenance) as provenance,
        max(last_batch_id) as last_batch_id
    from days
    group by grouping sets ((client_id, {{ period }}), ({{ period }}))

)

select
    client_id,
    is_total,
    {{ period }},
    {{ rounded('operational_cost_usd') }} as operational_cost_usd,
    {{ rounded('value_generated_usd') }} as value_generated_usd,
    {{ rounded('leads') }} as leads,
    {{ rounded('meetings_booked') }} as meetings_booked,
    {{ roi_pct('value_generated_usd', 'operational_cost_usd') }}
        as engine_roi_pct,
    {{ rounded('operational_cost_usd / nullif(meetings_booked, 0)') }}
        as cost_per_meeting_usd,
    {{ rounded('traditional_cost_usd / nullif(meetings_booked, 0)') }}
        as traditional_cost_per_meeting_usd,
    traditional_basis,
    {{ rounded('traditional_cost_usd') }} as traditional_cost_usd,
    {{ roi_pct('traditional_cost_usd', 'operational_cost_usd') }}
        as roi_vs_traditional_pct,
    {{ rounded('traditional_cost_usd - operational_cost_usd') }}
        as cost_saved_usd,
    {{ rounded('hours_saved') }} as hours_saved,
    {{ rounded(sdr_months()) }} as sdr_months,
    {{ rounded(sdr_months() ~ ' * ' ~ assumption('sdr_monthly_cost_usd')) }}
        as sdr_cost_usd,
    {{ rounded('qualified_meetings / nullif(n_meeting_quality, 0)') }}
        as meeting_quality,
    cast(n_meeting_quality as bigint) as n_meeting_quality,
    {{ rounded('satisfaction_total / n_satisfaction') }} as satisfaction,
    cast(n_satisfaction as bigint) as n_satisfaction,
    {{ rounded('n_probes_up / nullif(n_probes, 0)') }} as uptime_rate,
    cast(n_probes as bigint) as n_probes,
    days_with_data,
    days_with_cost,
    {{ rounded('coverage') }} as coverage,
    {{ rounded('n_engine_days_with_cost / nullif(n_engine_days, 0)') }}
        as cost_coverage,
    provenance,
    last_batch_id
from periods
{% endmacro %}

{#- The months in which an SDR would have booked as many meetings. -#}
{% macro sdr_months() -%}
    meetings_booked / {{ assumption('sdr_meetings_per_month') }}
{%- endmacro %}

{#- One row an engine and period. -#}
{% macro engine_economics(period) %}
select
    client_id,
    engine_id,
    {{ period }},
    {{ rounded('sum(operational_cost_usd)') }} as operational_cost_usd,
    {{ rounded('sum(value_generated_usd)') }} as value_generated_usd,
    {{ rounded('sum(units_of_work)') }} as units_of_work,
    {{ roi_pct('sum(value_generated_usd)', 'sum(operational_cost_usd)') }}
        as engine_roi_pct,
    count(*) as days_with_data,
    count(operational_cost_usd) as days_with_cost,
    {{ rounded('count(*) / ' ~ days_of(period)) }} as coverage,
    max(provenance) as provenance,
    max(last_batch_id) as last_batch_id
from {{ ref('scored_engine_days') }}
group by client_id, engine_id, {{ period }}
{% endmacro %}

{#- What a day of a client is summed from: the columns given, and NULL for those that
    other parts give. -#}
{% macro client_day_columns(given) -%}
    {%- for column in [
        'operational_cost_usd', 'value_generated_usd', 'leads',
        'meetings_booked', 'n_engine_days', 'n_engine_days_with_cost',
        'qualified_meetings', 'n_meeting_quality', 'n_probes_up', 'n_probes',
        'satisfaction_total', 'n_satisfaction',
    ] -%}
    cast({{ given.get(column, 'null') }} as double) as {{ column }},
    {% endfor -%}
    provenance
{%- endmacro %}
