{{ config(materialized='table') }}

with

probes as (

    select distinct slug from {{ ref('stg_uptime__probe_observation') }}
    union
    select distinct slug from {{ ref('stg_uptime__published_uptime') }}

),

clients as (

    select
        slug,
        arg_max(client_id, (delivery_batch_id, line_number)) as client_id
    from {{ ref('stg_engine_metrics__client_probe') }}
    group by slug

),

deliveries as (

    select coalesce(max(delivery_batch_id), 0) as last_batch_id
    from {{ ref('stg_engine_metrics__current_file') }}
    where kind = 'probes'

)

select
    probes.slug,
    coalesce(clients.client_id, '{{ var('client_id') }}') as client_id,
    deliveries.last_batch_id
from probes
left join clients using (slug)
cross join deliveries
