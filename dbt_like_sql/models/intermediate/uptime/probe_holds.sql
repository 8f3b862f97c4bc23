-- Whatever is new of a probe may change how long its other observations hold.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='slug',
) }}

with

deliveries as (

    {{ received_deliveries() }}

),

observed as (

    select
        clients.client_id,
        probes.*,
        deliveries.received_at,
        lag(probes.observed_at) over of_probe as previous_at,
        lead(probes.observed_at) over of_probe as next_at,
        -- Its neighbours decide how long it holds, a file of clients whose.
        greatest(
            probes.batch_id,
            clients.last_batch_id,
            coalesce(lag(probes.batch_id) over of_probe, probes.batch_id),
            coalesce(lead(probes.batch_id) over of_probe, probes.batch_id)
        ) as last_batch_id
    from {{ ref('stg_uptime__probe_observation') }} as probes
    inner join {{ ref('probe_clients') }} as clients using (slug)
    left join deliveries using (file_id, batch_id)
    {% if is_incremental() %}
    where
        probes.slug in (
            select slug
            from {{ ref('stg_uptime__probe_observation') }}
            inner join {{ ref('probe_clients') }} using (slug)
            where greatest(batch_id, last_batch_id) > (
                select coalesce(max(last_batch_id), -1) from {{ this }}
            )
        )
    {% endif %}
    window of_probe as (partition by probes.slug order by probes.observed_at)

),

held as (

    select
        *,
        {{ held_hours(
            'observed_at', 'previous_at', 'next_at', 'received_at'
        ) }} as held_hours
    from observed

)

select
    record_id,
    client_id,
    slug,
    observed_at,
    status,
    provenance,
    held_hours,
    case
        when next_at is null then observed_at
        else observed_at + to_microseconds(cast(held_hours * 3.6e9 as bigint))
    end as held_until,
    last_batch_id
from held
