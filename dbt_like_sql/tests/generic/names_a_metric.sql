{#- Each row names a metric of the catalogue, at its entity type. The level of health
    and the comparison of whichever metric is furthest behind are no metrics. -#}
{% test names_a_metric(model) %}
with metrics as (select * from {{ ref('metrics') }})

select
    named.*,
    if(types.names is null, named.entity_type, named.metric) as misnamed,
    coalesce(types.names, systems.types) as allowed
from {{ model }} as named
anti join metrics using (system, entity_type, metric)
left join (
    select
        system,
        entity_type,
        list(distinct metric order by metric) as names
    from metrics
    group by system, entity_type
) as types using (system, entity_type)
left join (
    select
        system,
        list(distinct entity_type order by entity_type) as types
    from metrics
    group by system
) as systems using (system)
where
    (named.entity_type, named.metric) <> ('health', 'level')
    and named.metric <> 'comparison'
{% endtest %}
