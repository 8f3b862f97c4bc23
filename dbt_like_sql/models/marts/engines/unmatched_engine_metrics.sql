with

days as (

    select
        client_id,
        engine_id,
        observed_at,
        unnest(unmatched) as metric
    from {{ ref('unmatched_engine_days') }}

),

-- Reference rows name the metric of one engine, or that of whichever has it.
named as (

    select
        'goal' as origin,
        client_id,
        engine_id,
        goal_metric as metric_name,
        target_value as value,
        received_at
    from {{ ref('stg_engine_metrics__client_goal') }}
    union all
    select
        'benchmark' as origin,
        client_id,
        coalesce(engine_id, '') as engine_id,
        metric_name,
        benchmark_value as value,
        received_at
    from {{ ref('stg_engine_metrics__engine_benchmark') }}
    where is_current

),

unmatched as (

    select
        'observation' as origin,
        client_id,
        engine_id,
        struct_extract(metric, 'metric_name') as metric_name,
        struct_extract(metric, 'reason') as reason,
        struct_extract(metric, 'example_value') as example_value,
        observed_at
    from days
    union all
    select
        named.origin,
        named.client_id,
        named.engine_id,
        named.metric_name,
        'unknown_metric' as reason,
        printf('%g', named.value) as example_value,
        named.received_at as observed_at
    from named
    anti join {{ ref('engine_metric_catalogue') }} as catalogue
        on
            {{ is_name_of('named.metric_name', 'catalogue') }}
            and named.engine_id in ('', catalogue.engine_id)

)

select
    client_id,
    engine_id,
    origin,
    metric_name,
    reason,
    count(*) as n,
    min(observed_at) as first_observed_at,
    max(observed_at) as last_observed_at,
    arg_max(example_value, observed_at) as example_value
from unmatched
group by all
