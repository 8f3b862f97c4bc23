with source as (

    select * from {{ source('landing', 'client_probe') }}

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
    source.slug,
    current_files.delivery_batch_id,
    current_files.received_at
from source
inner join current_files using (file_id)
