{% macro rounded(expression) %}
    {%- set digits = var("digits") -%}
    {{ return("round(" ~ expression ~ ", " ~ digits ~ ")") }}
{% endmacro %}

{% macro mean_of(column, alias=none) %}
    {%- do log("mean of " ~ column) -%}
    {{ rounded("avg(" ~ column ~ ")") }}{% if alias %} as {{ alias }}{% endif %}
{%- endmacro %}

{% macro newest(relation, column) %}
    (select coalesce(max({{ column }}), 0) from {{ relation }})
{% endmacro %}
