with source as (

    select * from {{ source('landing', 'engine_benchmark') }}

),

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
    source.engine_id,
    source.metric_name,
    source.benchmark_value,
    source.industry_average,
    source.top_performer,
    source.source,
    source.source_date,
    -- What was withdrawn is kept: days compared with it are compared anew.
    current_files.file_id is not null as is_current,
    current_files.delivery_batch_id,
    current_files.received_at
from source
left join current_files using (file_id)
