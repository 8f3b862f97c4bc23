{{ config(materialized='table') }}

with

deliveries as (

    select coalesce(max(delivery_batch_id), 0) as last_batch_id
    from {{ ref('stg_engine_metrics__current_file') }}
    where kind = 'benchmarks'

),

delivered as (

    select
        'engines' as system,
        given.client_id,
        'engine' as entity_type,
        coalesce(given.engine_id, '') as entity_id,
        catalogue.metric,
        {{ scale_of('given.metric_name', 'catalogue') }} as scale,
        given.benchmark_value / scale as benchmark,
        given.industry_average / scale as industry_average,
        given.top_performer / scale as top_performer,
        given.source,
        given.source_date,
        given.provenance,
        given.received_at,
        -- What was withdrawn stays as a row without values.
        case when given.is_current then 1 else 3 end as precedence,
        given.delivery_batch_id,
        given.line_number
    from {{ ref('stg_engine_metrics__engine_benchmark') }} as given
    inner join {{ ref('engine_metric_catalogue') }} as catalogue
        on
            {{ is_name_of('given.metric_name', 'catalogue') }}
            and coalesce(given.engine_id, catalogue.engine_id)
            = catalogue.engine_id
    where
        not {{ is_out_of_bounds(
            'least(
                given.benchmark_value,
                given.industry_average,
                given.top_performer
            )',
            'greatest(
                given.benchmark_value,
                given.industry_average,
                given.top_performer
            )',
            'given.metric_name',
            'catalogue',
        ) }}

),

candidates as (

    select * exclude (scale) from delivered
    union all
    select
        system,
        '' as client_id,
        entity_type,
        coalesce(entity_id, '') as entity_id,
        metric,
        benchmark,
        industry_average,
        top_performer,
        source,
        source_date,
        provenance,
        cast(source_date as timestamp) as received_at,
        2 as precedence,
        null as delivery_batch_id,
        null as line_number
    from {{ ref('benchmarks') }}

),

chosen as (

    select * from candidates
    qualify row_number() over (
        partition by system, client_id, entity_type, entity_id, metric
        order by
            precedence asc,
            delivery_batch_id desc nulls last,
            line_number desc nulls last
    ) = 1

)

select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    case when precedence < 3 then benchmark end as benchmark,
    case when precedence < 3 then industry_average end as industry_average,
    case when precedence < 3 then top_performer end as top_performer,
    source,
    source_date,
    provenance,
    received_at,
    deliveries.last_batch_id
from chosen
cross join deliveries
