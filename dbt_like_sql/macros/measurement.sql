{#- The columns of one measurement taken from a record. An entity without a name is
    `unknown`, as in the original's reports of the production logs. -#}
{% macro measurement(
    entity_type, entity_id, measure, value, has_label='true',
    system='production_logs', weight='1', batch_id='batch_id'
) %}
    '{{ system }}' as system,
    client_id,
    '{{ entity_type }}' as entity_type,
    coalesce({{ entity_id }}, 'unknown') as entity_id,
    '{{ measure }}' as measure,
    observed_at,
    cast({{ value }} as double) as value,
    cast({{ weight }} as double) as weight,
    {{ has_label }} as has_label,
    cast(null as timestamp) as held_until,
    provenance,
    record_id,
    {{ batch_id }} as batch_id
{%- endmacro %}

{#- A success or its like: without a label it counts as 0, and says so. -#}
{% macro outcome(entity_type, entity_id, measure, label) -%}
    {{ measurement(
        entity_type, entity_id, measure,
        'coalesce(' ~ label ~ ', false)', label ~ ' is not null'
    ) }}
{%- endmacro %}
