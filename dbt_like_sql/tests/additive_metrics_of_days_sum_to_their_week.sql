with daily as (

    select
        system,
        client_id,
        entity_type,
        entity_id,
        metric,
        {{ week_start('metric_date') }} as week_start,
        sum(value) as value
    from {{ ref('metric_daily') }}
    group by all

)

select
    weekly.*,
    daily.value as value_of_days
from {{ ref('metric_weekly') }} as weekly
inner join {{ ref('metrics') }} as metrics
    using (system, entity_type, metric)
left join daily
    using (system, client_id, entity_type, entity_id, metric, week_start)
where
    metrics.additivity = 'sum'
    and (
        daily.value is null
        or abs(weekly.value - daily.value) > 1e-9 * greatest(1, daily.value)
    )
