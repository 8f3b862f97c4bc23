{#- What a day of a client is summed from: the columns given, and NULL for those that
    other parts give. -#}
{% macro client_day_columns(given) -%}
    {%- for column in [
        'operational_cost_usd', 'value_generated_usd', 'returned_cost_usd',
        'returned_value_usd', 'leads', 'meetings_booked', 'n_engine_days',
        'n_engine_days_with_cost', 'n_engine_days_with_value',
        'n_engine_days_comparable', 'qualified_meetings', 'n_meeting_quality',
        'hours_up', 'hours_probed', 'n_probes', 'satisfaction_total',
        'n_satisfaction',
    ] -%}
    cast({{ given.get(column, 'null') }} as double) as {{ column }},
    {% endfor -%}
    provenance
{%- endmacro %}
