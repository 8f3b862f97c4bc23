{#- The highest level of health whose threshold a value reaches, of the rows of
    `thresholds` in a group; NULL without a value. -#}
{% macro level_reached(value) -%}
    max(cast(thresholds.level_or_severity as double)) filter (
        where {{ compares(
            value, 'thresholds.comparator', 'thresholds.threshold'
        ) }}
    )
{%- endmacro %}
