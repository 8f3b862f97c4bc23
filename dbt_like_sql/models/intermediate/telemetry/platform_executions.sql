-- An execution is also a figure of the platform of its engineer: when that
-- changes, so do the executions.
select
    executions.* exclude (extras, session_id),
    coalesce(profiles.platform, 'unknown') as platform,
    greatest(executions.batch_id, profiles.last_batch_id) as last_batch_id
from {{ ref('stg_telemetry__capability_execution') }} as executions
left join {{ ref('stg_telemetry__engineer_profile') }} as profiles
    using (client_id, engineer_hash)
