{#- A value of a unit as the seed's tables show it: fractions in percent. -#}
{% macro in_percent(value, unit) -%}
    {{ value }} * case {{ unit }} when 'fraction' then 100 else 1 end
{%- endmacro %}

{% macro percent_unit(unit) -%}
    case {{ unit }} when 'fraction' then 'percent' else {{ unit }} end
{%- endmacro %}
