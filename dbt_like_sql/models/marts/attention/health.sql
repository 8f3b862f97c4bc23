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
        {{ level_reached('judged.value') }} as level
    from weeks
    inner join thresholds using (system)
    left join figures
        using (system, client_id, week_start, entity_type, entity_id, metric)
    left join {{ ref('judged_figures') }} as judged
        using (system, client_id, week_start, entity_type, entity_id, metric)
    where thresholds.component <> 'overall'
    group by all

),

means as (

    select
        system,
        client_id,
        week_start,
        'overall' as component,
        avg(level) as value,
        count(value) as n_measured
    from components
    group by system, client_id, week_start

),

levels as (

    select
        *,
        if(value is null, 0, 1) as n_measured,
        level as band
    from components
    union all
    select
        means.system,
        means.client_id,
        means.week_start,
        means.component,
        null as metric,
        means.value,
        means.value as level,
        any_value(means.n_measured) as n_measured,
        {{ level_reached('means.value') }} as band
    from means
    inner join thresholds using (system, component)
    group by all

)

select
    system,
    client_id,
    week_start,
    component,
    metric,
    value,
    level,
    case band
        when 4 then 'excellent'
        when 3 then 'good'
        when 2 then 'needs_attention'
        when 1 then 'critical'
        else if(n_measured > 0, 'not_enough_data', 'no_data')
    end as status
from levels
