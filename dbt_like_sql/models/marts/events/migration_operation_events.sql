{{ config(materialized='view') }}

with records as (

    select * from {{ ref('stg_engine_logs__migration_operation') }}

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    session_id,
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
from records
