select
    'telemetry' as system,
    'telemetry' as source,
    client_id,
    observed_at,
    file_id,
    batch_id,
    last_batch_id
from {{ ref('platform_executions') }}
union all
select
    'telemetry' as system,
    'telemetry' as source,
    client_id,
    observed_at,
    file_id,
    batch_id,
    batch_id as last_batch_id
from {{ ref('stg_telemetry__record') }}
where kind <> 'capability_execution'
