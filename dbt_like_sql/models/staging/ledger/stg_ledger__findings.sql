with source as (

    select * from {{ source('landing', 'findings') }}

)

select
    file_id,
    batch_id,
    source,
    kind,
    finding,
    field,
    coalesce(n_records, 0) as n_records
from source
