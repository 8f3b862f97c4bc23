{{ config(materialized='table') }}

with

figures as (

    select * from {{ ref('metric_daily') }}

),

watched as (

    select distinct
        system,
        entity_type,
        entity_id,
        metric
    from {{ ref('thresholds') }}
    where comparator = 'below_weekday_median'

),

-- The day that runs may still be filling: it is not judged.
spans as (

    select
        system,
        client_id,
        {{ as_of('max(metric_date)') }} - 1 as last_full_date
    from figures
    group by system, client_id

),

starts as (

    select
        figures.system,
        figures.client_id,
        figures.entity_type,
        figures.entity_id,
        figures.metric,
        min(figures.metric_date) as first_date
    from figures
    inner join watched using (system, entity_type, entity_id, metric)
    group by all

),

calendar as (

    select
        starts.* exclude (first_date),
        cast(
            unnest(
                generate_series(
                    starts.first_date, spans.last_full_date, interval 1 day
                )
            ) as date
        ) as metric_date
    from starts
    inner join spans using (system, client_id)

),

volumes as (

    select
        calendar.*,
        coalesce(figures.value, 0) as value,
        figures.value is not null as has_data
    from calendar
    left join figures
        using (system, client_id, entity_type, entity_id, metric, metric_date)

)

select
    * exclude (has_data),
    median(value) over same_weekdays as baseline,
    count(*) filter (where has_data) over same_weekdays as n_baseline_days
from volumes
window same_weekdays as (
    partition by
        system,
        client_id,
        entity_type,
        entity_id,
        metric,
        dayofweek(metric_date)
    order by metric_date
    rows between 8 preceding and 1 preceding
)
