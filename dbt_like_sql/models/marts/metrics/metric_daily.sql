{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='metric_date',
) }}

with

{{ quarter_hours_of('metric_date') }},

samples as (

    {{ touched(ref('quantile_measurements')) }}

),

days as (

    select *
    from {{ ref('measure_days') }}
    where metric_date in (select metric_date from quarter_hours)

),

{{ measure_statistics('metric_date') }},

{{ metric_figures('metric_date', calendar_days=1, weekdays=1) }}

select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    metric_date,
    value,
    n,
    numerator,
    denominator,
    sum,
    sum_of_squares,
    coverage,
    provenance,
    last_batch_id
from figures
