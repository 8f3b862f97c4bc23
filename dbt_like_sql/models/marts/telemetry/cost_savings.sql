{{ config(materialized='view') }}

with days as (

    select * from {{ ref('stg_telemetry__cost_saving_day') }}

)

select
    record_id as id,
    engineer_hash as engineer_email,
    metric_date,
    tokens_saved_count,
    api_calls_avoided,
    {{ cost_of_tokens('tokens_saved_count') }} as estimated_cost_saved_usd,
    time_saved_minutes,
    client_id,
    provenance,
    last_batch_id,
    estimated_cost_saved_usd as reported_cost_saved_usd
from days
