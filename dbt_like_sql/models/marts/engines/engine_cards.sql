with

clients as (

    select distinct client_id from {{ ref('engine_card_days') }}

),

sizes as (

    select
        engine_id,
        count(*) as n_metrics
    from {{ ref('engine_metric_catalogue') }}
    where is_reported
    group by engine_id

),

figures as (

    select
        client_id,
        engine_id,
        count(value) as n_metrics_with_data
    from {{ ref('engine_card_metrics') }}
    group by client_id, engine_id

)

-- Each client has a card of every engine, with data or not.
select
    clients.client_id,
    engines.engine_id,
    engines.name as engine_name,
    engines.purpose,
    complete_days.score_date,
    complete_days.performance_score,
    coalesce(complete_days.score_status, 'no_data') as score_status,
    complete_days.score_today,
    {{ rounded('complete_days.performance_score / 100 - 1') }}
        as benchmark_comparison,
    sizes.n_metrics,
    coalesce(figures.n_metrics_with_data, 0) as n_metrics_with_data,
    complete_days.last_updated
from clients
cross join {{ ref('engines') }} as engines
inner join sizes using (engine_id)
left join {{ ref('engine_card_days') }} as complete_days
    on
        clients.client_id = complete_days.client_id
        and engines.engine_id = complete_days.engine_id
left join figures
    on
        clients.client_id = figures.client_id
        and engines.engine_id = figures.engine_id
