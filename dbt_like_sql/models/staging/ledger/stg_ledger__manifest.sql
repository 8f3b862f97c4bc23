with source as (

    select * from {{ source('landing', 'manifest') }}

)

select
    file_id,
    batch_id,
    source,
    relative_path,
    content_hash,
    object_hash,
    size_bytes,
    start_offset,
    end_offset,
    format,
    outcome,
    reason,
    received_at,
    first_observed_at,
    last_observed_at,
    n_records,
    n_accepted,
    n_duplicate,
    n_quarantined,
    n_blank,
    n_pending
from source
