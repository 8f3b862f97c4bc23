{#- The measurements of duration of database operations; slow is more than 5 s. -#}
{% macro operation_durations(entity_type, entity_id, records) %}
select {{ measurement(entity_type, entity_id, 'duration_ms', 'duration_ms') }}
from {{ records }}
where duration_ms > 0
union all
select {{ measurement(entity_type, entity_id, 'is_slow_operation', 'duration_ms > 5000') }}
from {{ records }}
where duration_ms > 0
{%- endmacro %}
