{#- A figure as a sentence shows it: fractions in percent, else one decimal. -#}
{% macro shown(value, unit) -%}
    case
        when {{ unit }} = 'fraction' then printf('%.1f %%', {{ value }} * 100)
        when {{ unit }} = 'count' then printf('%.0f', {{ value }})
        else printf('%.1f %s', {{ value }}, {{ unit }})
    end
{%- endmacro %}
