with

engines as (

    select
        pilots.*,
        engines.engine_id
    from {{ ref('pilot_windows') }} as pilots
    cross join {{ ref('engines') }} as engines

)

select
    engines.client_id,
    'engine_score' as rule_id,
    engines.engine_id,
    {{ rounded('avg(scores.performance_score)') }} as value,
    count(scores.performance_score) as n
from engines
left join {{ ref('scores') }} as scores
    on
        scores.system = 'engines'
        and engines.client_id = scores.client_id
        and engines.engine_id = scores.entity_id
        and scores.score_date
        between engines.window_start and engines.window_end
group by engines.client_id, engines.engine_id
union all
select
    engines.client_id,
    'units_of_work' as rule_id,
    engines.engine_id,
    {{ rounded('sum(engine_days.units_of_work)') }} as value,
    count(engine_days.units_of_work) as n
from engines
left join {{ ref('scored_engine_days') }} as engine_days
    on
        engines.client_id = engine_days.client_id
        and engines.engine_id = engine_days.engine_id
        and engine_days.metric_date
        between engines.window_start and engines.window_end
group by engines.client_id, engines.engine_id
