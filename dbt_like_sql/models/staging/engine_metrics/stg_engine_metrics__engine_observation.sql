with source as (

    select * from {{ source('landing', 'engine_observation') }}

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
    metrics,
    operational_cost_usd,
    value_generated_usd,
    units_of_work
from source
