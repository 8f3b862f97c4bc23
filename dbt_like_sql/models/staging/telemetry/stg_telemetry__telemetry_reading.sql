with source as (

    select * from {{ source('landing', 'telemetry_reading') }}

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
    name,
    value,
    value_text,
    tags
from source
