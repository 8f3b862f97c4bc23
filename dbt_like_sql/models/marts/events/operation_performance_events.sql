{{ config(materialized='view') }}

with records as (

    select * from {{ ref('stg_engine_logs__performance_metrics') }}

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    session_id,
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
from records
