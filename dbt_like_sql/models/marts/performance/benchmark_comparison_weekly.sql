{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start',
) }}

{{ compared(
    ref('metric_weekly'), 'week_start', n_days='figures.days_with_data'
) }}
