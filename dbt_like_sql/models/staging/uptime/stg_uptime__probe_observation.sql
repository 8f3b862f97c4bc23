with source as (

    select * from {{ source('landing', 'probe_observation') }}

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
    url,
    status,
    code,
    response_time_ms,
    is_up
from source
