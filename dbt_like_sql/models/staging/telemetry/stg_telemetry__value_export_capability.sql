with source as (

    select * from {{ source('landing', 'value_export_capability') }}

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
    engineer_hash,
    exported_at,
    period_days,
    capability,
    executions,
    success_rate,
    avg_ms,
    p50_ms,
    p95_ms,
    p99_ms,
    min_ms,
    max_ms,
    tokens_saved,
    avg_context_tokens,
    errors,
    performance_trend
from source
