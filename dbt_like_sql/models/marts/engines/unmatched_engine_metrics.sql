with

unmatched as (

    select
        client_id,
        engine_id,
        observed_at,
        unnest(unmatched) as metric
    from {{ ref('unmatched_engine_days') }}

)

select
    client_id,
    engine_id,
    struct_extract(metric, 'metric_name') as metric_name,
    struct_extract(metric, 'reason') as reason,
    count(*) as n,
    min(observed_at) as first_observed_at,
    max(observed_at) as last_observed_at,
    arg_max(struct_extract(metric, 'example_value'), observed_at)
        as example_value
from unmatched
group by all
