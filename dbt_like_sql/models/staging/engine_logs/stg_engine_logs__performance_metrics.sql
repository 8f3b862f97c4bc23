with source as (

    select * from {{ source('landing', 'performance_metrics') }}

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    session_id,
    extras,
    file_id,
    line_number,
    batch_id,
    operation_name,
    operation_id,
    started_at,
    finished_at,
    duration_ms,
    cpu_usage_percent,
    memory_usage_mb,
    performance_tier,
    resource_efficiency,
    scalability_indicator,
    is_optimization_needed
from source
