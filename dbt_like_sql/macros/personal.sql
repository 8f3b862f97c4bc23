{#- Whether the entities of a type are persons, whom nothing here judges. -#}
{% macro is_personal(entity_type) -%}
    {{ entity_type }} in (
        select entity_type
        from {{ ref('entity_types') }}
        where is_personal
    )
{%- endmacro %}
