with

days as (

    select * from {{ ref('engine_card_days') }}
    where score_date is not null

),

catalogue as (

    select * from {{ ref('engine_metric_catalogue') }}
    where is_reported

),

figures as (

    select * from {{ ref('metric_daily') }}
    where system = 'engines' and entity_type = 'engine'

),

comparisons as (

    select * from {{ ref('benchmark_comparison') }}
    where system = 'engines' and entity_type = 'engine'

)

select
    days.client_id,
    days.engine_id,
    catalogue.metric,
    catalogue.label,
    catalogue.unit,
    catalogue.direction,
    figures.value,
    comparisons.benchmark,
    comparisons.industry_average,
    comparisons.comparison,
    comparisons.attainment,
    catalogue.weight,
    coalesce(figures.n, 0) as n,
    days.score_date as metric_date,
    coalesce(comparisons.provenance, figures.provenance) as provenance
from days
inner join catalogue using (engine_id)
left join figures
    on
        days.client_id = figures.client_id
        and days.engine_id = figures.entity_id
        and days.score_date = figures.metric_date
        and catalogue.metric = figures.metric
left join comparisons
    on
        days.client_id = comparisons.client_id
        and days.engine_id = comparisons.entity_id
        and days.score_date = comparisons.metric_date
        and catalogue.metric = comparisons.metric
