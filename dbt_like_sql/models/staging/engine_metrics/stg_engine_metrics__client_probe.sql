with in_force as (

    {{ rows_in_force('client_probe') }}

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
    slug,
    delivery_batch_id,
    received_at
from in_force
