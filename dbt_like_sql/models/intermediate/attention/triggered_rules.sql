{{ config(materialized='table') }}

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
        n,
        metric as judged_by,
        value as judged
    from {{ ref('judged_figures') }}
    union all
    select
        system,
        client_id,
        week_start,
        'health' as entity_type,
        component as entity_id,
        'level' as metric,
        level as value,
        null as n,
        'level' as judged_by,
        level as judged
    from {{ ref('health') }}
    union all
    select
        compared.system,
        compared.client_id,
        compared.week_start,
        compared.entity_type,
        compared.entity_id,
        compared.metric,
        compared.value,
        figures.n,
        'comparison' as judged_by,
        compared.comparison as judged
    from {{ ref('benchmark_comparison_weekly') }} as compared
    inner join {{ ref('judged_figures') }} as figures
        using (
            system, client_id, entity_type, entity_id, metric, week_start
        )
    inner join {{ ref('complete_weeks') }} using (system, week_start)
    where {{ is_scored('compared.provenance') }}

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
        when figures.judged < rules.high_priority_below then 'HIGH'
        else rules.priority
    end as priority
from figures
inner join rules
    on
        figures.system = rules.system
        and figures.entity_type = rules.entity_type
        and figures.entity_id = coalesce(rules.entity_id, figures.entity_id)
        and figures.judged_by = rules.metric
where
    -- Records that name no entity are not one: nothing can be done about it.
    figures.entity_id <> 'unknown'
    and {{ compares('figures.judged', 'rules.comparator', 'rules.threshold') }}
-- Of several metrics the one furthest behind its benchmark.
qualify row_number() over (
    partition by
        rules.rule_id, figures.client_id, figures.entity_id, figures.week_start
    order by figures.judged, figures.metric
) = 1
