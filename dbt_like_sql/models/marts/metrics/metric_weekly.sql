{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start',
) }}

with

{{ quarter_hours_of('week_start') }},

samples as (

    {{ touched(sampled()) }}

),

days as (

    select
        *,
        {{ week_start('metric_date') }} as week_start
    from {{ ref('measure_days') }}
    where week_start in (select week_start from quarter_hours)

),

{{ measure_statistics('week_start') }},

{{ metric_figures('week_start', calendar_days=7, weekdays=5) }}

select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    week_start,
    value,
    n,
    numerator,
    denominator,
    sum,
    sum_of_squares,
    coverage,
    days_with_data,
    provenance,
    first_observed_at,
    last_observed_at,
    last_batch_id
from figures
