{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='metric_date',
) }}

{{ compared(ref('metric_daily'), 'metric_date', n_days='1') }}
