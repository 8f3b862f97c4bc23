{{ config(materialized='view') }}

with

executions as (

    select * from {{ ref('stg_telemetry__capability_execution') }}

),

quarter_hours as (

    select * from {{ ref('local_quarter_hours') }}

)

select
    executions.record_id as id,
    executions.engineer_hash as engineer_email,
    executions.capability,
    executions.duration_ms,
    cast(executions.is_successful as integer) as success,
    executions.error_type,
    executions.tokens_saved,
    executions.context_size_tokens,
    executions.observed_at as timestamp,
    executions.client_id,
    executions.provenance,
    executions.batch_id as last_batch_id,
    executions.local_at,
    quarter_hours.metric_date
from executions
left join quarter_hours
    on {{ quarter_hour('executions.observed_at') }} = quarter_hours.quarter_hour
