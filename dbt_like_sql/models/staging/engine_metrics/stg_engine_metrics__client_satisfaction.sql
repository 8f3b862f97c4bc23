with in_force as (

    {{ rows_in_force('client_satisfaction') }}

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
    score,
    recorded_date,
    respondent_hash,
    delivery_batch_id,
    received_at
from in_force
