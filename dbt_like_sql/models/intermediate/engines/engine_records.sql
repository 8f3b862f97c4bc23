select
    'engines' as system,
    'engine_metrics' as source,
    client_id,
    observed_at,
    file_id,
    batch_id,
    batch_id as last_batch_id
from {{ ref('stg_engine_metrics__engine_observation') }}
