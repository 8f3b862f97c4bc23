{{ config(materialized='table') }}

with

delivered as (

    select
        'engines' as system,
        given.client_id,
        'engine' as entity_type,
        given.engine_id as entity_id,
        catalogue.metric,
        {{ scale_of('given.goal_metric', 'catalogue') }} as scale,
        given.target_value / scale as target_value,
        given.start_value / scale as start_value,
        given.start_date,
        given.due_date,
        given.received_at as created_at
    from {{ ref('stg_engine_metrics__client_goal') }} as given
    inner join {{ ref('engine_metric_catalogue') }} as catalogue
        on
            given.engine_id = catalogue.engine_id
            and {{ is_name_of('given.goal_metric', 'catalogue') }}
    where
        not {{ is_out_of_bounds(
            'least(given.target_value, given.start_value)',
            'greatest(given.target_value, given.start_value)',
            'given.goal_metric',
            'catalogue',
        ) }}
    -- The newest delivery goes first.
    qualify row_number() over (
        partition by
            given.client_id, given.engine_id, catalogue.metric, given.due_date
        order by given.delivery_batch_id desc, given.line_number desc
    ) = 1

)

select
    goal_id,
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    target_value,
    start_value,
    start_date,
    due_date,
    cast(start_date as timestamp) as created_at
from {{ ref('goal_targets') }}
union all
select
    {{ keyed(['client_id', 'entity_id', 'metric', 'due_date']) }} as goal_id,
    * exclude (scale)
from delivered
