{#- A figure as a sentence shows it: fractions in percent, counts without zeros. -#}
{% macro shown(value, unit) -%}
    case {{ unit }}
        when 'fraction' then printf('%.1f %%', {{ value }} * 100)
        when 'count' then printf('%g', {{ value }})
        when 'score' then printf('%.1f', {{ value }})
        else printf('%.1f %s', {{ value }}, {{ unit }})
    end
{%- endmacro %}
