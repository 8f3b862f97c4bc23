{#- The base value of a declared assumption. -#}
{% macro assumption(assumption_id) -%}
    (
        select base
        from {{ ref('assumptions') }}
        where assumption_id = '{{ assumption_id }}'
    )
{%- endmacro %}
