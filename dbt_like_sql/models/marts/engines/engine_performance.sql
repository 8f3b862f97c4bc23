{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='date',
) }}

with

dates as (

    {{ newer_periods([
        (ref('engine_days'), 'metric_date'),
        (ref('scores'), 'score_date'),
    ]) }}

),

days as (

    select * from {{ ref('engine_days') }}
    where metric_date in (select metric_date from dates)

),

scores as (

    select * from {{ ref('scores') }}
    where
        system = 'engines'
        and entity_type = 'engine'
        and score_date in (select metric_date from dates)

)

select
    {{ uuid5(
        "concat_ws('|', 'engine_performance', days.client_id, "
        "days.engine_id, days.metric_date)"
    ) }} as id,
    {{ uuid5('days.client_id') }} as client_id,
    days.engine_id,
    days.metric_date as date,
    cast(days.metrics as json) as metrics,
    scores.performance_score,
    days.received_at as created_at,
    days.client_id as client_key,
    coalesce(scores.status, 'insufficient_coverage') as score_status,
    scores.formula_version,
    days.operational_cost_usd,
    days.value_generated_usd,
    days.units_of_work,
    days.observed_at as last_observed_at,
    days.provenance,
    greatest(days.last_batch_id, scores.last_batch_id) as last_batch_id
from days
left join scores
    on
        days.client_id = scores.client_id
        and days.engine_id = scores.entity_id
        and days.metric_date = scores.score_date
