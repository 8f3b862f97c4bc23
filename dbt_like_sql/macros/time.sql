{#- The day of the zone on which a UTC timestamp lies. -#}
{% macro local_date(timestamp, zone=none) -%}
    {%- set zone = zone or var('reporting_timezone') -%}
    {%- if zone == 'UTC' -%}
        cast({{ timestamp }} as date)
    {%- else -%}
        cast(
            ({{ timestamp }}) at time zone 'UTC' at time zone '{{ zone }}' as date
        )
    {%- endif -%}
{%- endmacro %}

{#- The UTC timestamp at which a day of the reporting zone begins. -#}
{% macro day_start(day) -%}
    {%- if var('reporting_timezone') == 'UTC' -%}
        cast({{ day }} as timestamp)
    {%- else -%}
        cast({{ day }} as timestamp) at time zone '{{ var('reporting_timezone') }}' at time zone 'UTC'
    {%- endif -%}
{%- endmacro %}

{#- The Sunday on which the week of a day begins. -#}
{% macro week_start(day) -%}
    cast({{ day }} - cast(dayofweek({{ day }}) as integer) as date)
{%- endmacro %}

{% macro is_weekday(day) -%}
    dayofweek({{ day }}) between 1 and 5
{%- endmacro %}

{#- The day that deadlines are judged on. -#}
{% macro as_of(last_date) -%}
    {%- if var('as_of') -%}
        cast('{{ var('as_of') }}' as date)
    {%- else -%}
        {{ last_date }}
    {%- endif -%}
{%- endmacro %}
