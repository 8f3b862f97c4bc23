{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='quarter_hour',
) }}

with

touched as (

    select
        {{ quarter_hour('observed_at') }} as quarter_hour,
        last_batch_id
    from {{ ref('records') }}
    union all
    select
        {{ held_quarter_hours() }} as quarter_hour,
        last_batch_id
    from {{ ref('probe_holds') }}

),

quarter_hours as (

    select
        quarter_hour,
        max(last_batch_id) as last_batch_id
    from touched
    {% if is_incremental() %}
    where
        last_batch_id > (
            select coalesce(max(last_batch_id), -1) from {{ this }}
        )
    {% endif %}
    group by all

)

select
    quarter_hour,
    {{ local_date('quarter_hour') }} as metric_date,
    {{ week_start('metric_date') }} as week_start,
    {{ month_start('metric_date') }} as month_start,
    last_batch_id
from quarter_hours
