with source as (

    select * from {{ source('landing', 'engineer_profile') }}

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
    engineer_hash,
    name_hash,
    hostname_hash,
    platform,
    cpu,
    ram_gb,
    python_version,
    cortex_version,
    installed_at
from source
