{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='metric_date',
) }}

with

{{ quarter_hours_of('metric_date') }},

observed as (

    {{ touched(ref('stg_engine_metrics__engine_observation')) }}

),

deliveries as (

    {{ received_deliveries() }}

),

-- An observation holds the totals of its day so far: the last one counts.
days as (

    select
        *,
        count(*) over same_day as n_observations,
        max(batch_id) over same_day as last_batch_id
    from observed
    window same_day as (partition by client_id, engine_id, metric_date)
    qualify row_number() over (
        partition by client_id, engine_id, metric_date
        order by observed_at desc, batch_id desc, line_number desc
    ) = 1

)

select
    days.client_id,
    days.engine_id,
    days.metric_date,
    days.observed_at,
    days.metrics,
    days.operational_cost_usd,
    days.value_generated_usd,
    days.units_of_work,
    days.provenance,
    days.record_id,
    days.batch_id,
    days.n_observations,
    deliveries.received_at,
    days.last_batch_id
from days
left join deliveries using (file_id, batch_id)
