with source as (

    select * from {{ source('landing', 'database_operation') }}

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
    operation_type,
    operation_id,
    duration_ms,
    records_affected,
    is_successful,
    error_message,
    lead_id_hash,
    lead_name_hash,
    company,
    email_hash,
    data_size_bytes,
    is_duplicate_detected,
    duplicate_action,
    performance_tier,
    data_quality,
    complexity_level
from source
