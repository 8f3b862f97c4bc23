with

figures as (

    select * from {{ ref('metric_weekly') }}

),

thresholds as (

    select * from {{ ref('thresholds') }}
    where purpose = 'health'

),

weeks as (

    select distinct
        system,
        client_id,
        week_start
    from figures

),

components as (

    select
        weeks.system,
        weeks.client_id,
        weeks.week_start,
        thresholds.component,
        thresholds.metric,
        any_value(figures.value) as value,
        max(cast(thresholds.level_or_severity as double)) filter (
            where {{ compares(
                'figures.value', 'thresholds.comparator', 'thresholds.threshold'
            ) }}
        ) as level
    from weeks
    inner join thresholds using (system)
    left join figures
        using (system, client_id, week_start, entity_type, entity_id, metric)
    group by all

),

levels as (

    select * from components
    union all
    select
        system,
        client_id,
        week_start,
        'overall' as component,
        null as metric,
        avg(level) as value,
        avg(level) as level
    from components
    group by system, client_id, week_start

)

select
    system,
    client_id,
    week_start,
    component,
    metric,
    value,
    level,
    case
        when level is null then 'no_data'
        when level >= 3.5 then 'excellent'
        when level >= 2.5 then 'good'
        when level >= 1.5 then 'needs_attention'
        else 'critical'
    end as status
from levels
