{#- A stable id from the columns of a grain. -#}
{% macro keyed(columns) -%}
    md5(concat_ws('|', {{ columns | join(', ') }}))
{%- endmacro %}
