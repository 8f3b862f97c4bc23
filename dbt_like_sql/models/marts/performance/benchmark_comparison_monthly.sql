{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month_start',
) }}

{{ compared(
    ref('metric_monthly'), 'month_start', n_days='figures.days_with_data'
) }}
