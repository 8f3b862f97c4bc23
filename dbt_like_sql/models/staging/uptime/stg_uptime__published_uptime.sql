with source as (

    select * from {{ source('landing', 'published_uptime') }}

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
    slug,
    name,
    status,
    uptime_rate,
    response_time_ms
from source
