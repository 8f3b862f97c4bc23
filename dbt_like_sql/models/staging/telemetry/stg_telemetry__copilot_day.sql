{{ config(materialized='table') }}

with source as (

    {{ days_in_force('copilot_day') }}

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
    memory_hits,
    memory_misses,
    context_injections,
    nullif(avg_context_tokens, 0) as avg_context_tokens,
    suggestions_accepted,
    suggestions_rejected,
    written_at
from source
