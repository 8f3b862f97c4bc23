{#- What a sentence says of its sample when that is smaller than the metric asks. -#}
{% macro caveat(n, minimum_sample) -%}
    case
        when {{ n }} < {{ minimum_sample }}
            then concat(
                ' (n = ', {{ n }}, ', fewer than ', {{ minimum_sample }},
                ': not enough data to rely on)'
            )
        else ''
    end
{%- endmacro %}
