{{ config(materialized='table') }}

with

profiles as (

    -- `platform_then`: the one in force once the batch had come. A profile that
    -- may be judged goes before any that may not.
    select
        *,
        {{ is_scored() }} as is_scored,
        max(batch_id) over same_engineer as last_batch_id,
        arg_max(
            coalesce(platform, 'unknown'),
            ({{ is_scored() }}, observed_at, batch_id, line_number)
        ) over (
            partition by client_id, engineer_hash
            order by batch_id
            range between unbounded preceding and current row
        ) as platform_then
    from {{ ref('stg_telemetry__engineer_profile') }}
    window same_engineer as (partition by client_id, engineer_hash)

),

compared as (

    select
        *,
        lag(platform_then) over (
            partition by client_id, engineer_hash order by batch_id
        ) as platform_before
    from profiles

),

dated as (

    select
        *,
        max(batch_id) filter (
            where platform_then is distinct from platform_before
        ) over (partition by client_id, engineer_hash) as platform_batch_id
    from compared

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    engineer_hash,
    name_hash,
    hostname_hash,
    platform,
    cpu,
    ram_gb,
    python_version,
    cortex_version,
    installed_at,
    platform_batch_id,
    last_batch_id
from dated
qualify row_number() over (
    partition by client_id, engineer_hash
    order by
        is_scored desc,
        observed_at desc,
        batch_id desc,
        line_number desc,
        record_id asc
) = 1
