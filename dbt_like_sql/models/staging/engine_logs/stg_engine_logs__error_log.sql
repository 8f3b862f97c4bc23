with source as (

    select * from {{ source('landing', 'error_log') }}

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
    error_type,
    error_id,
    error_message,
    error_code,
    severity,
    operation_in_progress,
    environment,
    is_recovery_attempted,
    is_recovered,
    is_data_lost,
    is_recoverable,
    is_user_error,
    is_system_error
from source
