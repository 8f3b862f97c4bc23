{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='metric_date',
) }}

with

observations as not materialized (

    select
        *,
        {{ local_date('observed_at') }} as metric_date
    from {{ ref('observations') }}

),

{% if is_incremental() %}
touched as (

    select distinct metric_date
    from observations
    where batch_id > (
        select coalesce(max(last_batch_id), -1) from {{ this }}
    )

),
{% endif %}

-- Not materialized: it holds every measurement, and is read twice.
observed as not materialized (

    select * from observations
    {% if is_incremental() %}
    where {{ is_touched('metric_date', 1) }}
    {% endif %}

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
