{#- A figure as a sentence shows it: fractions in percent, small ones with
    one digit more, counts without zeros. -#}
{% macro shown(value, unit, digits=1) -%}
    case {{ unit }}
        when 'fraction'
            then printf(
                case
                    when abs({{ value }}) between 0.0000001 and 0.01
                        then '%.{{ digits + 1 }}f %%'
                    else '%.{{ digits }}f %%'
                end,
                {{ value }} * 100
            )
        when 'records'
            then format('{:,} records', cast(round({{ value }}) as bigint))
        when 'count' then printf('%g', {{ value }})
        when 'score' then printf('%.{{ digits }}f', {{ value }})
        else printf('%.{{ digits }}f %s', {{ value }}, replace({{ unit }}, '_', ' '))
    end
{%- endmacro %}
