{#- The tier of an operation's duration, by the bounds of the original's logger; what
    was not measured keeps the tier it was logged with. -#}
{% macro performance_tier(duration_ms, logged_tier) -%}
    case
        when {{ duration_ms }} >= 5000 then 'very_slow'
        when {{ duration_ms }} >= 2000 then 'slow'
        when {{ duration_ms }} >= 500 then 'acceptable'
        when {{ duration_ms }} >= 100 then 'good'
        when {{ duration_ms }} > 0 then 'excellent'
        else {{ logged_tier }}
    end
{%- endmacro %}
