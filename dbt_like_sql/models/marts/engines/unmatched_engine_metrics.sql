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
        least(target_value, start_value) as smallest,
        greatest(target_value, start_value) as largest,
        concat_ws(
            ', ', printf('%g', target_value), printf('%g', start_value)
        ) as example_value,
        received_at
    from {{ ref('stg_engine_metrics__client_goal') }}
    union all
    select
        'benchmark' as origin,
        client_id,
        coalesce(engine_id, '') as engine_id,
        metric_name,
        least(benchmark_value, industry_average, top_performer) as smallest,
        greatest(benchmark_value, industry_average, top_performer) as largest,
        concat_ws(
            ', ',
            printf('%g', benchmark_value),
            printf('%g', industry_average),
            printf('%g', top_performer)
        ) as example_value,
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
        named.example_value,
        named.received_at as observed_at
    from named
    anti join {{ ref('engine_metric_catalogue') }} as catalogue
        on
            {{ is_name_of('named.metric_name', 'catalogue') }}
            and named.engine_id in ('', catalogue.engine_id)
    union all
    select
        named.origin,
        named.client_id,
        named.engine_id,
        named.metric_name,
        'out_of_bounds' as reason,
        named.example_value,
        named.received_at as observed_at
    from named
    semi join {{ ref('engine_metric_catalogue') }} as catalogue
        on
            {{ is_name_of('named.metric_name', 'catalogue') }}
            and named.engine_id in ('', catalogue.engine_id)
            and {{ is_out_of_bounds(
                'named.smallest',
                'named.largest',
                'named.metric_name',
                'catalogue',
            ) }}

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
