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
    n_records
from source
