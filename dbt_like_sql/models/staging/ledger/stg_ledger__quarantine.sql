with source as (

    select * from {{ source('landing', 'quarantine') }}

)

select
    quarantine_id,
    file_id,
    batch_id,
    source,
    relative_path,
    kind,
    line_number,
    byte_offset,
    reason_code,
    status,
    quarantined_at,
    observed_at
from source
