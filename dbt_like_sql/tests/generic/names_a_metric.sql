{#- Each row names a metric of the catalogue, at its entity type, and one of its
    entities or none for all of them. The level of health and the comparison of
    whichever metric is furthest behind are no metrics. -#}
{% test names_a_metric(model) %}
select named.*
from {{ model }} as named
left join {{ ref('metrics') }} as metrics
    using (system, entity_type, metric)
left join {{ ref('engines') }} as engines
    on named.entity_id = engines.engine_id
where
    (named.entity_type, named.metric) <> ('health', 'level')
    and (
        metrics.label is null and named.metric <> 'comparison'
        or named.entity_type = 'engine'
        and named.entity_id <> ''
        and engines.engine_id is null
        or named.entity_id <> ''
        and not {{ is_entity_of('named.entity_id', 'metrics.entities') }}
        or named.entity_id = '*'
    )
{% endtest %}
