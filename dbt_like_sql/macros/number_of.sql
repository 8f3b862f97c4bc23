{#- The number that a JSON object (as text) has under a name; NULL when it is none. -#}
{% macro number_of(json, name) -%}
    try_cast(json_extract_string({{ json }}, {{ name }}) as double)
{%- endmacro %}
