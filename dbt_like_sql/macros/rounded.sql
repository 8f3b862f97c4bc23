{#- Twelve significant digits: sums of doubles differ in their last bits. -#}
{% macro rounded(figure) -%}
    cast(printf('%.11e', cast({{ figure }} as double)) as double)
{%- endmacro %}
