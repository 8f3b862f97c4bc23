with

rules as (

    select * from {{ ref('recommendation_rules') }}

),

actions as (

    select
        rule_id,
        list(action order by position) as action_items
    from {{ ref('recommendation_actions') }}
    group by rule_id

),

priorities as (

    select * from {{ ref('recommendation_priorities') }}

),

catalogue as (

    select * from {{ ref('metrics') }}

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

),

matched as (

    select
        figures.*,
        rules.* exclude (system, entity_type, entity_id, metric, priority),
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
    where {{ compares('figures.value', 'rules.comparator', 'rules.threshold') }}

),

ordered as (

    select
        matched.*,
        actions.action_items,
        coalesce(catalogue.unit, 'score') as unit,
        priorities.points
        + least(matched.roi_multiplier * 10, 50)
        - least(matched.effort_hours / 2, 25)
        + matched.confidence * 20 as ordering_score
    from matched
    inner join actions using (rule_id)
    inner join priorities using (priority)
    left join catalogue using (system, entity_type, metric)

),

ranked as (

    select
        *,
        row_number() over (
            partition by system, client_id, week_start
            order by ordering_score desc, rule_id asc, entity_id asc
        ) as rank
    from ordered

)

select
    {{ keyed(['system', 'client_id', 'week_start', 'rule_id', 'entity_id']) }}
        as recommendation_id,
    system,
    client_id,
    week_start,
    rule_id,
    entity_type,
    entity_id,
    category,
    priority,
    title,
    replace(
        replace(description, '{value}', {{ shown('value', 'unit') }}),
        '{entity}',
        entity_id
    ) as description,
    action_items,
    metric,
    value,
    n,
    expected_improvement,
    roi_multiplier,
    {{ rounded('(roi_multiplier - 1) * 100') }} as roi_pct,
    effort_hours,
    confidence,
    difficulty,
    {{ rounded('ordering_score') }} as ordering_score,
    rank
from ranked
where rank <= 10
