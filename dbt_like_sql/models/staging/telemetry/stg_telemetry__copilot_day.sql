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
    {{ plausible('memory_hits') }} as memory_hits,
    {{ plausible('memory_misses') }} as memory_misses,
    {{ plausible('context_injections') }} as context_injections,
    nullif({{ plausible('avg_context_tokens') }}, 0) as avg_context_tokens,
    {{ plausible('suggestions_accepted') }} as suggestions_accepted,
    {{ plausible('suggestions_rejected') }} as suggestions_rejected,
    written_at
from source
