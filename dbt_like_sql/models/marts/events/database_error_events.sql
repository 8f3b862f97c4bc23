{{ config(materialized='view') }}

with records as (

    select * from {{ ref('stg_engine_logs__error_log') }}

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    session_id,
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
from records
