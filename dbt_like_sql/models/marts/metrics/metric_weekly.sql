{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start',
) }}

with

daily as (

    select * from {{ ref('metric_daily') }}

),

observations as not materialized (

    select
        *,
        {{ local_date('observed_at') }} as metric_date,
        {{ week_start('metric_date') }} as week_start
    from {{ ref('observations') }}

),

{% if is_incremental() %}
touched as (

    select distinct {{ week_start('metric_date') }} as week_start
    from daily
    where last_batch_id > (
        select coalesce(max(last_batch_id), -1) from {{ this }}
    )

),
{% endif %}

-- Not materialized: it holds every measurement, and is read twice.
observed as not materialized (

    select * from observations
    {% if is_incremental() %}
    where {{ is_touched('week_start', 7) }}
    {% endif %}

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
