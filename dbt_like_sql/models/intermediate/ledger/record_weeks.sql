{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start',
) }}

with

{{ quarter_hours_of('week_start') }},

records as (

    {{ touched(ref('records')) }}

),

deliveries as (

    select
        file_id,
        batch_id,
        min(received_at) as received_at,
        min(min(received_at)) over (partition by source) as first_received_at
    from {{ ref('stg_ledger__manifest') }}
    where outcome = 'loaded'
    group by source, file_id, batch_id

),

file_days as (

    select
        system,
        source,
        client_id,
        week_start,
        metric_date,
        file_id,
        batch_id,
        count(*) as n_accepted
    from records
    group by all

)

select
    file_days.system,
    file_days.source,
    file_days.client_id,
    file_days.week_start,
    count(distinct file_days.file_id) as n_files,
    cast(sum(file_days.n_accepted) as bigint) as n_accepted,
    -- The report of a week is due on the Sunday after it, at 09:00; what the
    -- first load of a source brings, no report could have told before.
    cast(
        coalesce(
            sum(file_days.n_accepted) filter (
                where deliveries.received_at > deliveries.first_received_at
                and deliveries.received_at
                > {{ utc('file_days.week_start + interval (7 * 24 + 9) hour') }}
            ),
            0
        ) as bigint
    ) as n_late,
    count(distinct file_days.metric_date) as days_with_data,
    max(deliveries.received_at) as last_received_at,
    max(file_days.batch_id) as last_batch_id
from file_days
left join deliveries using (file_id, batch_id)
group by all
