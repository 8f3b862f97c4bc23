with

figures as (

    select distinct
        system,
        client_id,
        entity_type,
        entity_id,
        metric_date
    from {{ ref('metric_daily') }}

),

weighted as (

    select * from {{ ref('metrics') }}
    where weight > 0

),

compared as (

    select * from {{ ref('benchmark_comparison') }}
    where
        attainment is not null
        and list_contains({{ var('scored_provenances') }}, provenance)

),

attained as (

    select
        figures.system,
        figures.client_id,
        figures.entity_type,
        figures.entity_id,
        figures.metric_date as score_date,
        sum(weighted.weight) as weight_total,
        coalesce(
            sum(weighted.weight) filter (where compared.attainment is not null),
            0
        ) as weight_with_data,
        sum(weighted.weight * compared.attainment) as weighted_attainment
    from figures
    inner join weighted
        on
            figures.system = weighted.system
            and figures.entity_type = weighted.entity_type
            and {{ is_entity_of('figures.entity_id', 'weighted.entities') }}
    left join compared
        on
            figures.system = compared.system
            and figures.client_id = compared.client_id
            and figures.entity_type = compared.entity_type
            and figures.entity_id = compared.entity_id
            and figures.metric_date = compared.metric_date
            and weighted.metric = compared.metric
    group by all

),

judged as (

    select
        *,
        weight_with_data >= 0.6 * weight_total as is_covered
    from attained

)

select
    system,
    client_id,
    entity_type,
    entity_id,
    score_date,
    case
        when is_covered
            then cast(
                100 * weighted_attainment / weight_with_data as decimal(5, 2)
            )
    end as performance_score,
    case when is_covered then 'scored' else 'insufficient_coverage' end
        as status,
    weight_with_data,
    weight_total,
    '1' as formula_version
from judged
