{#- The tier of a timed operation's duration, by the bounds of the original's logger. -#}
{% macro performance_tier(duration_ms) -%}
    case
        when {{ duration_ms }} < 100 then 'excellent'
        when {{ duration_ms }} < 500 then 'good'
        when {{ duration_ms }} < 2000 then 'acceptable'
        when {{ duration_ms }} < 5000 then 'slow'
        else 'very_slow'
    end
{%- endmacro %}

{#- The tier of what succeeds in a share and takes a time each, by its bounds. -#}
{% macro sync_tier(share, duration_ms) -%}
    case
        when {{ share }} >= 0.95 and {{ duration_ms }} < 500 then 'excellent'
        when {{ share }} >= 0.85 and {{ duration_ms }} < 1000 then 'good'
        when {{ share }} >= 0.7 and {{ duration_ms }} < 2000 then 'acceptable'
        else 'poor'
    end
{%- endmacro %}
