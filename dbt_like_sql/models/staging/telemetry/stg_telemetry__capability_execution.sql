with source as (

    select * from {{ source('landing', 'capability_execution') }}

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
    engineer_hash,
    capability,
    duration_ms,
    is_successful,
    error_type,
    {{ plausible('tokens_saved') }} as tokens_saved,
    {{ plausible('context_size_tokens') }} as context_size_tokens,
    local_at,
    utc_offset_minutes,
    zone_basis
from source
