-- An execution is also a figure of the platform of its engineer: when that
-- changes, so do the executions.
select
    executions.record_id,
    executions.client_id,
    executions.observed_at,
    executions.provenance,
    executions.file_id,
    executions.batch_id,
    executions.engineer_hash,
    executions.capability,
    executions.duration_ms,
    executions.is_successful,
    executions.tokens_saved,
    coalesce(engineers.platform, 'unknown') as platform,
    greatest(executions.batch_id, engineers.platform_batch_id) as last_batch_id
from {{ ref('stg_telemetry__capability_execution') }} as executions
left join {{ ref('engineers') }} as engineers
    using (client_id, engineer_hash)
