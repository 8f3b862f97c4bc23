{#- Whether a value lies beyond a threshold by the comparator that a seed names. -#}
{% macro compares(value, comparator, threshold) -%}
    case {{ comparator }}
        when 'below' then {{ value }} < {{ threshold }}
        when 'above' then {{ value }} > {{ threshold }}
        when 'at_least' then {{ value }} >= {{ threshold }}
    end
{%- endmacro %}
