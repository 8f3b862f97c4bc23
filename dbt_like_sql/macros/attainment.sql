{#- How far a value attains a target, clipped to [0, 1.5] (figures.md, engines).
    A target of 0: 1 or 0 where lower is better, else NULL. A value of 0 is the best there is where
    lower is better, unless the target lies below it. -#}
{% macro attainment(value, target, direction) -%}
    case
        when {{ value }} is null or {{ target }} is null then null
        when {{ direction }} = 'lower' and {{ target }} = 0
            then case when {{ value }} = 0 then 1.0 else 0.0 end
        when {{ direction }} = 'lower' and {{ value }} = 0 and {{ target }} > 0
            then 1.5
        when {{ direction }} = 'lower'
            then least(greatest({{ target }} / {{ value }}, 0.0), 1.5)
        when {{ target }} <> 0
            then least(greatest({{ value }} / {{ target }}, 0.0), 1.5)
    end
{%- endmacro %}
