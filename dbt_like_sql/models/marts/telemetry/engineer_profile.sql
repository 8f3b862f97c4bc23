{{ config(materialized='view') }}

with profiles as (

    select * from {{ ref('engineers') }}

)

select
    record_id as id,
    'Engineer ' || left(engineer_hash, 6) as engineer_name,
    engineer_hash as engineer_email,
    hostname_hash as machine_hostname,
    platform as machine_platform,
    cpu as cpu_info,
    ram_gb,
    python_version,
    cortex_version,
    installed_at as installation_date,
    client_id,
    provenance,
    last_batch_id
from profiles
