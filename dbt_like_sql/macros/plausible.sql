{#- A value as far as it lies within what it can be, NULL otherwise: it is landed and
    found by the checks, but enters no figure. -#}
{% macro plausible(value, highest=1000000000000) -%}
    case when {{ value }} between 0 and {{ highest }} then {{ value }} end
{%- endmacro %}
