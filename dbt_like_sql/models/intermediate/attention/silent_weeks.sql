with

-- The day that runs may still bring its observation: it is not judged.
spans as (

    select
        client_id,
        engine_id,
        min(metric_date) as first_date,
        {{ as_of('max(max(metric_date)) over (partition by client_id)') }} - 1
            as last_full_date
    from {{ ref('engine_days') }}
    group by client_id, engine_id

),

calendar as (

    select
        client_id,
        engine_id,
        cast(
            unnest(
                generate_series(first_date, last_full_date, interval 1 day)
            ) as date
        ) as metric_date
    from spans

)

select
    client_id,
    engine_id,
    {{ week_start('calendar.metric_date') }} as week_start,
    count(*) filter (where observed.record_id is null) as n_silent_days,
    count(*) as n_complete_days,
    string_agg(calendar.metric_date, ', ' order by calendar.metric_date)
    filter (where observed.record_id is null) as silent_days
from calendar
left join {{ ref('engine_days') }} as observed
    using (client_id, engine_id, metric_date)
group by all
having n_silent_days > 0
