with in_force as (

    {{ rows_in_force('client_goal') }}

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
    engine_id,
    goal_metric,
    target_value,
    start_value,
    start_date,
    due_date,
    delivery_batch_id,
    received_at
from in_force
