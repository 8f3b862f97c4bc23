with

rules as (

    select * from {{ ref('recommendation_rules') }}

),

figures as (

    select
        system,
        client_id,
        week_start,
        entity_type,
        entity_id,
        metric,
        value,
        n
    from {{ ref('metric_weekly') }}
    union all
    select
        system,
        client_id,
        week_start,
        'health' as entity_type,
        component as entity_id,
        'level' as metric,
        level as value,
        null as n
    from {{ ref('health') }}

)

select
    figures.system,
    figures.client_id,
    figures.week_start,
    rules.rule_id,
    figures.entity_type,
    figures.entity_id,
    figures.metric,
    figures.value,
    figures.n,
    case
        when figures.value < rules.high_priority_below then 'HIGH'
        else rules.priority
    end as priority
from figures
inner join rules
    on
        figures.system = rules.system
        and figures.entity_type = rules.entity_type
        and figures.entity_id = coalesce(rules.entity_id, figures.entity_id)
        and figures.metric = rules.metric
where
    -- Records that name no entity are not one: nothing can be done about it.
    figures.entity_id <> 'unknown'
    and {{ compares('figures.value', 'rules.comparator', 'rules.threshold') }}
