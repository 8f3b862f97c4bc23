{#- The scores of engines in weeks or months, with the days `n` that have one. -#}
{% macro scored_periods(relation, period, period_of_day) -%}
    select
        periods.client_id,
        periods.entity_id as engine_id,
        periods.{{ period }},
        cast(any_value(periods.performance_score) as double) as score,
        count(days.performance_score) as n
    from {{ relation }} as periods
    left join {{ ref('scores') }} as days
        on
            periods.system = days.system
            and periods.client_id = days.client_id
            and periods.entity_id = days.entity_id
            and periods.{{ period }} = {{ period_of_day }}
    where periods.system = 'engines' and periods.performance_score is not null
    group by periods.client_id, periods.entity_id, periods.{{ period }}
{%- endmacro %}
