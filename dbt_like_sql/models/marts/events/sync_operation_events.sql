{{ config(materialized='view') }}

with records as (

    select * from {{ ref('stg_engine_logs__sync_operation') }}

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    session_id,
    batch_id,
    sync_type,
    sync_id,
    duration_ms,
    batch_size,
    leads_total,
    retry_attempts,
    sync_strategy,
    is_successful,
    leads_synced,
    leads_skipped,
    leads_failed,
    conflicts_resolved,
    error_message,
    is_rate_limited,
    duration_per_lead_ms,
    api_calls,
    sync_efficiency,
    batch_optimization
from records
