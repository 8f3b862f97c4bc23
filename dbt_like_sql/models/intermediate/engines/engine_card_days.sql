{{ config(materialized='table') }}

with

days as (

    select
        *,
        {{ as_of('max(date) over (partition by client_key)') }} as running_date
    from {{ ref('engine_performance') }}

),

engines as (

    select
        client_key,
        engine_id,
        max(last_observed_at) as last_updated,
        max(performance_score) filter (where date = running_date)
            as score_today
    from days
    group by client_key, engine_id

),

-- The day that runs may still be filling: it is not judged.
complete as (

    select * from days
    where date < running_date
    qualify row_number() over (
        partition by client_key, engine_id order by date desc
    ) = 1

)

select
    engines.client_key as client_id,
    engines.engine_id,
    complete.date as score_date,
    complete.performance_score,
    complete.score_status,
    engines.score_today,
    engines.last_updated
from engines
left join complete using (client_key, engine_id)
