select
    'uptime' as system,
    'uptime' as source,
    clients.client_id,
    records.observed_at,
    records.file_id,
    records.batch_id,
    greatest(records.batch_id, clients.last_batch_id) as last_batch_id
from {{ ref('stg_uptime__probe_observation') }} as records
inner join {{ ref('probe_clients') }} as clients using (slug)
