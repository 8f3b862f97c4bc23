{{ config(materialized='view') }}

select
    figures.system,
    figures.client_id,
    figures.entity_type,
    figures.entity_id,
    figures.metric,
    figures.metric_date,
    figures.value,
    figures.n,
    figures.coverage,
    figures.provenance,
    figures.last_batch_id
from {{ ref('metric_daily') }} as figures
inner join {{ ref('metrics') }} as metrics using (system, entity_type, metric)
where
    metrics.sampling = 'day'
    and figures.value is not null
    and not {{ is_personal('figures.entity_type') }}
    and {{ is_scored('figures.provenance') }}
union all
select
    scores.system,
    scores.client_id,
    scores.entity_type,
    scores.entity_id,
    metrics.metric,
    scores.score_date as metric_date,
    cast(scores.performance_score as double) as value,
    1 as n,
    {{ rounded('scores.weight_with_data / scores.weight_total') }} as coverage,
    scores.provenance,
    scores.last_batch_id
from {{ ref('scores') }} as scores
inner join {{ ref('metrics') }} as metrics using (system, entity_type)
where
    metrics.aggregation = 'score'
    and scores.performance_score is not null
    and {{ is_scored('scores.provenance') }}
