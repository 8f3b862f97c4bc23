select
    'engine_metrics' as source,
    file_id,
    batch_id
from {{ ref('stg_engine_metrics__reference_record') }}
union all
select
    'uptime' as source,
    file_id,
    batch_id
from {{ ref('stg_uptime__published_uptime') }}
