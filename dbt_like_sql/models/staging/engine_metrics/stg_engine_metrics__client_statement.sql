with in_force as (

    {{ rows_in_force('client_statement') }}

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
    statement,
    recorded_date,
    speaker_hash,
    is_significant_impact,
    engine_id,
    delivery_batch_id,
    received_at
from in_force
