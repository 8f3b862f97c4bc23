-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set operations = ref('stg_engine_logs__database_operation') -%}
{%- set errors = ref('stg_engine_logs__error_log') -%}
{%- set timings = ref('stg_engine_logs__performance_metrics') -%}
{%- set entities = {
    'log_type': "'database_operation'",
    'operation': 'operation_type',
} %}

{% for entity_type, entity_id in entities.items() %}
select {{ outcome(entity_type, entity_id, 'is_successful', 'is_successful') }}
from {{ operations }}
union all
{{ operation_durations(entity_type, entity_id, operations) }}
union all
{% endfor %}
select {{ outcome(
    'performance_tier', performance_tier('duration_ms'),
    'is_successful', 'is_successful'
) }}
from {{ operations }}
where duration_ms > 0
union all
{{ operation_durations('log_type', "'performance_metrics'", timings) }}
union all
select {{ measurement('log_type', "'error_log'", 'is_error', 'true') }}
from {{ errors }}
union all
select {{ measurement('log_type', "'error_log'", 'is_error', 'false') }}
from {{ operations }}
union all
select {{ measurement('error_type', 'error_type', 'is_error', 'true') }}
from {{ errors }}
