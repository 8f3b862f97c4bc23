{%- set outcomes = {
    'log_type': "'database_operation'",
    'operation': 'operation_type',
    'performance_tier': 'performance_tier',
} -%}

with

operations as not materialized (

    select
        * replace (
            coalesce(is_successful, false) as is_successful,
            case
                when duration_ms < 100 and duration_ms > 0 then 'excellent'
                when duration_ms < 500 and duration_ms > 0 then 'good'
                when duration_ms < 2000 and duration_ms > 0 then 'acceptable'
                when duration_ms < 5000 and duration_ms > 0 then 'slow'
                when duration_ms >= 5000 then 'very_slow'
                else performance_tier
            end as performance_tier
        ),
        is_successful is not null as has_label
    from {{ ref('stg_engine_logs__database_operation') }}

),

errors as not materialized (

    select * from {{ ref('stg_engine_logs__error_log') }}

),

timings as not materialized (

    select * from {{ ref('stg_engine_logs__performance_metrics') }}

)

{% for entity_type, entity_id in outcomes.items() %}
select {{ measurement(
    entity_type, entity_id, 'is_successful', 'is_successful', 'has_label'
) }}
from operations
union all
{% endfor %}
{{ operation_durations('log_type', "'database_operation'", 'operations') }}
union all
{{ operation_durations('operation', 'operation_type', 'operations') }}
union all
{{ operation_durations('log_type', "'performance_metrics'", 'timings') }}
union all
select {{ measurement(
    'log_type', "'error_log'", 'is_error', 'true'
) }}
from errors
union all
select {{ measurement(
    'log_type', "'error_log'", 'is_error', 'false'
) }}
from operations
union all
select {{ measurement(
    'error_type', 'error_type', 'is_error', 'true'
) }}
from errors
