{#- A figure as a sentence shows it: fractions in percent, counts without zeros. -#}
{% macro shown(value, unit, digits=1) -%}
    case {{ unit }}
        when 'fraction' then printf('%.{{ digits }}f %%', {{ value }} * 100)
        when 'count' then printf('%g', {{ value }})
        when 'score' then printf('%.{{ digits }}f', {{ value }})
        else printf('%.{{ digits }}f %s', {{ value }}, replace({{ unit }}, '_', ' '))
    end
{%- endmacro %}
