with in_force as (

    {{ rows_in_force('previous_method') }}

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
    method,
    cost_per_meeting_usd,
    monthly_cost_usd,
    meetings_per_month,
    hours_per_meeting,
    recorded_date,
    source,
    delivery_batch_id,
    received_at
from in_force
