{#- Each row names one of its metric's entities, or none for all of them: an engine,
    or a component of health, or what the catalogue lists for the metric. -#}
{% test names_an_entity(model) %}
with

engines as (select list(engine_id order by engine_id) as names
from {{ ref('engines') }}),

components as (
    select list(distinct component order by component) as names
    from {{ ref('thresholds') }}
)

select
    named.*,
    named.entity_id as misnamed,
    case
        when named.entity_type = 'health' then components.names
        when metrics.entities is not null
            then string_split(metrics.entities, '|')
        when named.entity_type = 'engine' then engines.names
    end as allowed
from {{ model }} as named
left join {{ ref('metrics') }} as metrics
    using (system, entity_type, metric)
cross join engines
cross join components
where
    named.entity_id <> ''
    and (named.entity_id = '*' or not list_contains(allowed, named.entity_id))
{% endtest %}
