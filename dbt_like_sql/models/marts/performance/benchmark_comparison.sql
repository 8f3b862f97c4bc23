with

figures as (

    select * from {{ ref('metric_daily') }}

),

catalogue as (

    select * from {{ ref('metrics') }}

),

benchmarks as (

    select * from {{ ref('benchmarks') }}

),

compared as (

    select
        figures.system,
        figures.client_id,
        figures.entity_type,
        figures.entity_id,
        figures.metric,
        figures.metric_date,
        figures.value,
        benchmarks.benchmark,
        benchmarks.industry_average,
        benchmarks.top_performer,
        catalogue.direction,
        -- 'measured' sorts first: either side can taint the comparison.
        greatest(figures.provenance, benchmarks.provenance) as provenance
    from figures
    inner join catalogue using (system, entity_type, metric)
    inner join benchmarks
        on
            figures.system = benchmarks.system
            and figures.entity_type = benchmarks.entity_type
            and figures.metric = benchmarks.metric
            and figures.entity_id
            = coalesce(benchmarks.entity_id, figures.entity_id)
    where catalogue.direction in ('higher', 'lower')
    -- A benchmark of the very entity goes before that of every entity.
    qualify row_number() over (
        partition by
            figures.system,
            figures.client_id,
            figures.entity_type,
            figures.entity_id,
            figures.metric,
            figures.metric_date
        order by benchmarks.entity_id nulls last
    ) = 1

)

select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    metric_date,
    value,
    benchmark,
    industry_average,
    top_performer,
    {{ rounded(
        "(value - benchmark) / nullif(abs(benchmark), 0)
        * case direction when 'lower' then -1 else 1 end"
    ) }} as comparison,
    {{ rounded(attainment('value', 'benchmark', 'direction')) }} as attainment,
    provenance
from compared
