{#- The number that a JSON object (as text) has under a name; NULL when it is none,
    or one written as text that no number in its place could be. -#}
{% macro number_of(json, name) -%}
    {%- set number = 'try_cast(json_extract_string(' ~ json ~ ', ' ~ name ~ ') as double)' -%}
    case when abs({{ number }}) <= 1000000000000 then {{ number }} end
{%- endmacro %}
