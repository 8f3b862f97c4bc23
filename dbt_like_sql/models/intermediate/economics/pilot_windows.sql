{{ config(materialized='table') }}

with

seen as (

    select
        client_id,
        min(metric_date) as first_date,
        max(max(metric_date)) over () as last_date
    from {{ ref('scored_engine_days') }}
    group by client_id

),

pilots as (

    select
        clients.client_key as client_id,
        coalesce(clients.pilot_start_date, seen.first_date) as window_start,
        clients.pilot_end_date,
        -- The day that runs is not complete.
        {{ as_of('seen.last_date') }} - 1 as last_complete_date
    from {{ ref('clients') }} as clients
    left join seen on clients.client_key = seen.client_id
    where window_start is not null

)

select
    client_id,
    window_start,
    case
        when last_complete_date >= window_start
            then least(
                coalesce(pilot_end_date, last_complete_date),
                last_complete_date
            )
    end as window_end,
    coalesce(pilot_end_date <= last_complete_date, false) as is_over
from pilots
