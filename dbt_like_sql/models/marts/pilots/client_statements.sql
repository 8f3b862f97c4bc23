with

statements as (

    select * from {{ ref('stg_engine_metrics__client_statement') }}

),

scored as (

    select * from statements
    where {{ is_scored() }}

)

select
    record_id as statement_id,
    client_id,
    engine_id,
    statement,
    is_significant_impact,
    recorded_date,
    {{ month_start('recorded_date') }} as month_start,
    provenance
from scored
