{#- The day of the zone on which a UTC timestamp lies. It is slow: of many
    timestamps, convert the distinct quarter hours. -#}
{% macro local_date(timestamp, zone=none) -%}
    cast(
        ({{ timestamp }}) at time zone 'UTC'
        at time zone '{{ zone or var('reporting_timezone') }}' as date
    )
{%- endmacro %}

{#- The quarter hour in which a UTC timestamp lies. No zone begins a day within
    one. -#}
{% macro quarter_hour(timestamp) -%}
    time_bucket(interval 15 minutes, {{ timestamp }})
{%- endmacro %}

{#- The UTC timestamp of a local time of the reporting zone. -#}
{% macro utc(local_time) -%}
    ({{ local_time }})
    at time zone '{{ var('reporting_timezone') }}' at time zone 'UTC'
{%- endmacro %}

{#- The UTC timestamp of noon of a day of the reporting zone. -#}
{% macro noon(day) -%}
    {{ utc(day ~ ' + interval 12 hours') }}
{%- endmacro %}

{#- The Sunday on which the week of a day begins. -#}
{% macro week_start(day) -%}
    cast({{ day }} - cast(dayofweek({{ day }}) as integer) as date)
{%- endmacro %}

{% macro month_start(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{% macro is_weekday(day) -%}
    dayofweek({{ day }}) between 1 and 5
{%- endmacro %}

{#- The weekdays from a day up to another one, by counting whole weeks from a Monday. -#}
{% macro weekdays_between(first_day, end_day) -%}
    ({{ weekdays_before(end_day) }} - ({{ weekdays_before(first_day) }}))
{%- endmacro %}

{% macro weekdays_before(day) -%}
    {%- set age = "datediff('day', date '1900-01-01', " ~ day ~ ")" -%}
    {{ age }} // 7 * 5 + least({{ age }} % 7, 5)
{%- endmacro %}

{#- The day that runs: deadlines are judged on it, volumes up to the day before. -#}
{% macro as_of(last_date) -%}
    {%- if var('as_of') -%}
        cast('{{ var('as_of') }}' as date)
    {%- else -%}
        {{ last_date }}
    {%- endif -%}
{%- endmacro %}
