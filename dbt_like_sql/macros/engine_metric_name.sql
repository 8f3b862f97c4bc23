{#- Whether a name means the metric of a row of `engine_metric_catalogue`: its own, or
    that of a fraction in percent. -#}
{% macro is_name_of(name, catalogue) -%}
    {{ name }} in ({{ catalogue }}.metric, {{ catalogue }}.percent_name)
{%- endmacro %}

{#- What a value under that name is to be divided by. -#}
{% macro scale_of(name, catalogue) -%}
    case when {{ name }} = {{ catalogue }}.percent_name then 100 else 1 end
{%- endmacro %}

{#- Whether values under that name, from the smallest to the largest, leave the bounds
    of the metric. -#}
{% macro is_out_of_bounds(smallest, largest, name, catalogue) -%}
    coalesce(
        {{ smallest }} / {{ scale_of(name, catalogue) }}
        < {{ catalogue }}.lower_bound
        or {{ largest }} / {{ scale_of(name, catalogue) }}
        > {{ catalogue }}.upper_bound,
        false
    )
{%- endmacro %}
