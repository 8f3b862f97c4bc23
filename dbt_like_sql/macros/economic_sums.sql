{#- How many calendar days a week or month holds. -#}
{% macro days_of(period) -%}
    {% if period == 'week_start' %}7{% else %}dayofmonth(last_day({{ period }})){% endif %}
{%- endmacro %}

{#- The sums of a client's weeks or months, and of all clients together: `days`, then
    `periods`. What is `compared` is summed over the days that state all of it. -#}
{% macro economic_sums(period) -%}
{%- set summed = [
    'operational_cost_usd', 'value_generated_usd', 'leads', 'meetings_booked',
    'traditional_cost_usd', 'hours_saved', 'qualified_meetings',
    'n_meeting_quality', 'satisfaction_total', 'n_satisfaction',
    'hours_up', 'hours_probed', 'n_probes', 'n_engine_days', 'n_engine_days_with_cost',
    'n_engine_days_with_value', 'returned_value_usd', 'returned_cost_usd',
] -%}
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
        {% for column in [
            'operational_cost_usd', 'meetings_booked', 'traditional_cost_usd',
        ] -%}
        sum({{ column }}) filter (where is_comparable) as compared_{{ column }},
        {% endfor -%}
        case
            when min(cost_basis) = max(cost_basis) then min(cost_basis)
            else 'mixed'
        end as traditional_basis,
        count(distinct metric_date) filter (where has_data) as days_with_data,
        count(distinct metric_date) filter (
            where has_data and n_engine_days_with_cost = n_engine_days
        ) as days_with_cost,
        count(distinct metric_date) filter (where is_comparable)
            as days_compared,
        count(*) filter (where has_data)
        / nullif(count(distinct client_id), 0)
        / {{ days_of(period) }} as coverage,
        max(provenance) as provenance,
        max(last_batch_id) as last_batch_id
    from days
    group by grouping sets ((client_id, {{ period }}), ({{ period }}))

)
{%- endmacro %}
