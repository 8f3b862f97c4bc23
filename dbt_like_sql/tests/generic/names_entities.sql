{#- Each of the entities that a row lists is a kind of record or an engine, where its
    type is one of these; of other types whichever appear are entities. -#}
{% test names_entities(model, column_name, log_types) %}
select *
from (
    select
        *,
        unnest(string_split({{ column_name }}, '|')) as misnamed,
        case entity_type
            when 'log_type' then {{ log_types }}
            when 'engine' then (
                select list(engine_id order by engine_id)
                from {{ ref('engines') }}
            )
        end as allowed
    from {{ model }}
)
where misnamed in ('', '*') or not list_contains(allowed, misnamed)
{% endtest %}
