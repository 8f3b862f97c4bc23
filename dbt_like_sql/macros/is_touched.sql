{#- Whether a row's period, of `days` days, is among those of the relation `touched`.
    The bounds on `observed_at` are what a scan of the landed tables can use; the
    far date, when nothing is touched, spares the scan. -#}
{% macro is_touched(period, days) -%}
    {%- set first = 'coalesce(min(' ~ period ~ "), date '9999-01-01')" -%}
    {%- set last = 'max(' ~ period ~ ') + ' ~ days -%}
    {{ period }} in (select {{ period }} from touched)
        and observed_at >= (select {{ day_start(first) }} from touched)
        and observed_at < (select {{ day_start(last) }} from touched)
{%- endmacro %}
