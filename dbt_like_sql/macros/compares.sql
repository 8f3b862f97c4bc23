{#- Whether a value lies beyond a limit, by the comparator that a seed names. -#}
{% macro compares(value, comparator, limit) -%}
    case {{ comparator }}
        when 'above' then {{ value }} > {{ limit }}
        when 'at_least' then {{ value }} >= {{ limit }}
        when 'days_without_data' then {{ value }} >= {{ limit }}
        else {{ value }} < {{ limit }}
    end
{%- endmacro %}
