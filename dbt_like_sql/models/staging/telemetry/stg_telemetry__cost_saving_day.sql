{{ config(materialized='table') }}

with source as (

    {{ days_in_force('cost_saving_day') }}

)

select
    record_id,
    client_id,
    {{ noon('metric_date') }} as observed_at,
    provenance,
    file_id,
    line_number,
    batch_id,
    last_batch_id,
    engineer_hash,
    metric_date,
    {{ plausible('tokens_saved_count') }} as tokens_saved_count,
    {{ plausible('api_calls_avoided') }} as api_calls_avoided,
    estimated_cost_saved_usd,
    {{ plausible('time_saved_minutes') }} as time_saved_minutes,
    written_at
from source
