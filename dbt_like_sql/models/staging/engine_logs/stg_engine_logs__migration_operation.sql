with source as (

    select * from {{ source('landing', 'migration_operation') }}

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
    migration_type,
    migration_id,
    duration_ms,
    is_backup_created,
    is_validation_enabled,
    is_successful,
    records_total,
    records_migrated,
    records_skipped,
    records_failed,
    duplicates_found,
    error_message,
    is_integrity_maintained
from source
