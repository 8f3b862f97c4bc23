{{ config(materialized='table') }}

with source as (

    {{ newest(
        'engineer_profile', ['client_id', 'engineer_hash'], 'observed_at'
    ) }}

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    file_id,
    line_number,
    batch_id,
    last_batch_id,
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
