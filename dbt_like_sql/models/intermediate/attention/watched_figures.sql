select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    week_start,
    week_start as begins_on,
    value,
    n,
    1.0 as scale,
    'figure' as judged_as,
    false as is_daily,
    null as silent_days
-- An alert does not wait until the week has data on most of its days.
from {{ ref('metric_weekly') }}
inner join {{ ref('metrics') }} as metrics using (system, entity_type, metric)
where {{ is_enough('n', 'metrics') }}
union all
select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    {{ week_start('metric_date') }} as week_start,
    metric_date as begins_on,
    value,
    cast(value as bigint) as n,
    baseline as scale,
    'volume' as judged_as,
    true as is_daily,
    null as silent_days
from {{ ref('daily_volumes') }}
where n_baseline_days >= 4
union all
select
    scores.system,
    scores.client_id,
    scores.entity_type,
    scores.entity_id,
    metrics.metric,
    {{ week_start('scores.score_date') }} as week_start,
    scores.score_date as begins_on,
    cast(scores.performance_score as double) as value,
    1 as n,
    1.0 as scale,
    'figure' as judged_as,
    true as is_daily,
    null as silent_days
from {{ ref('complete_scores') }} as scores
inner join {{ ref('metrics') }} as metrics using (system, entity_type)
where metrics.aggregation = 'score'
union all
select
    'engines' as system,
    client_id,
    'engine' as entity_type,
    engine_id as entity_id,
    'units_of_work' as metric,
    week_start,
    week_start as begins_on,
    n_silent_days as value,
    n_complete_days as n,
    1.0 as scale,
    'silence' as judged_as,
    false as is_daily,
    silent_days
from {{ ref('silent_weeks') }}
