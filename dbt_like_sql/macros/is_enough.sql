{#- Whether a figure's sample is enough to be judged (figures.md): as many as its metric
    asks for, and on one day the seventh part of them. -#}
{% macro is_enough(n, metrics, period='week_start') -%}
    {%- set share = ' / 7' if period == 'metric_date' else '' -%}
    coalesce({{ n }} >= {{ metrics }}.minimum_sample{{ share }}, true)
{%- endmacro %}

{#- Whether so many days of a window have data that it may be judged (figures.md). -#}
{% macro is_covered(coverage) -%}
    coalesce({{ coverage }} >= 0.6, true)
{%- endmacro %}
