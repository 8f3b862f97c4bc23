with engines as (

    select
        client_id,
        week_start,
        sum(operational_cost_usd) as operational_cost_usd,
        sum(value_generated_usd) as value_generated_usd
    from {{ ref('engine_economics_weekly') }}
    group by grouping sets ((client_id, week_start), (week_start))

)

select economics.*
from {{ ref('economics_weekly') }} as economics
left join engines
    on
        economics.client_id is not distinct from engines.client_id
        and economics.week_start = engines.week_start
where
    abs(economics.operational_cost_usd - engines.operational_cost_usd)
    > 1e-9 * greatest(1, engines.operational_cost_usd)
    or abs(economics.value_generated_usd - engines.value_generated_usd)
    > 1e-9 * greatest(1, engines.value_generated_usd)
    or (economics.value_generated_usd is null)
    <> (engines.value_generated_usd is null)
