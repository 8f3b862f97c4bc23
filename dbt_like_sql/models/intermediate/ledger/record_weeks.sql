{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start',
) }}

with

all_records as (

    select
        *,
        {{ local_date('observed_at') }} as metric_date,
        {{ week_start('metric_date') }} as week_start
    from {{ ref('records') }}

),

{% if is_incremental() %}
touched as (

    select distinct week_start
    from all_records
    where batch_id > (
        select coalesce(max(last_batch_id), -1) from {{ this }}
    )

),
{% endif %}

deliveries as (

    select
        file_id,
        batch_id,
        min(received_at) as received_at
    from {{ ref('stg_ledger__manifest') }}
    where outcome = 'loaded'
    group by file_id, batch_id

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
    from all_records
    {% if is_incremental() %}
    where {{ is_touched('week_start', 7) }}
    {% endif %}
    group by all

)

select
    file_days.system,
    file_days.source,
    file_days.client_id,
    file_days.week_start,
    count(distinct file_days.file_id) as n_files,
    cast(sum(file_days.n_accepted) as bigint) as n_accepted,
    -- The report of a week is due on the Sunday after it, at 09:00.
    cast(
        coalesce(
            sum(file_days.n_accepted) filter (
                where deliveries.received_at
                > {{ day_start('file_days.week_start + 7') }} + interval 9 hour
            ),
            0
        ) as bigint
    ) as n_late,
    count(distinct file_days.metric_date) as days_with_data,
    max(file_days.batch_id) as last_batch_id
from file_days
left join deliveries using (file_id, batch_id)
group by all
