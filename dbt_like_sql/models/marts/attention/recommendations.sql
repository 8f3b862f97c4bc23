with

actions as (

    select
        rule_id,
        list(action order by position) as action_items
    from {{ ref('recommendation_actions') }}
    group by rule_id

),

ordered as (

    select
        triggered.*,
        rules.* exclude (
            rule_id, system, entity_type, entity_id, metric, priority
        ),
        actions.action_items,
        coalesce(metrics.unit, 'score') as unit,
        metrics.label,
        priorities.points
        + least(rules.roi_multiplier * 10, 50)
        - least(rules.effort_hours / 2, 25)
        + rules.confidence * 20 as ordering_score
    from {{ ref('triggered_rules') }} as triggered
    inner join {{ ref('recommendation_rules') }} as rules using (rule_id)
    inner join {{ ref('recommendation_priorities') }} as priorities
        on triggered.priority = priorities.priority
    inner join actions using (rule_id)
    left join {{ ref('metrics') }} as metrics
        on
            triggered.system = metrics.system
            and triggered.entity_type = metrics.entity_type
            and triggered.metric = metrics.metric

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
    {{ filled_in('description', {
        'value': shown('value', 'unit'),
        'entity': 'entity_id',
        'metric': "coalesce(label, metric)",
    }) }} as description,
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
