with source as (

    select * from {{ source('landing', 'previous_method') }}

),

-- A reference file is state: its newest delivery counts, whole.
current_files as (

    select * from {{ ref('stg_engine_metrics__current_file') }}

)

select
    source.record_id,
    source.client_id,
    source.observed_at,
    source.provenance,
    source.session_id,
    source.extras,
    source.file_id,
    source.line_number,
    source.batch_id,
    source.method,
    source.cost_per_meeting_usd,
    source.monthly_cost_usd,
    source.meetings_per_month,
    source.hours_per_meeting,
    source.recorded_date,
    source.source,
    current_files.delivery_batch_id,
    current_files.received_at
from source
inner join current_files using (file_id)
