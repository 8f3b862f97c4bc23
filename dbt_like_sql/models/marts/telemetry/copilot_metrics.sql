{{ config(materialized='view') }}

with days as (

    select * from {{ ref('stg_telemetry__copilot_day') }}

)

select
    record_id as id,
    engineer_hash as engineer_email,
    metric_date,
    memory_hits,
    memory_misses,
    context_injections,
    avg_context_tokens,
    suggestions_accepted,
    suggestions_rejected,
    client_id,
    provenance,
    last_batch_id
from days
