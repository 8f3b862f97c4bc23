{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month_start',
) }}

{{ scored(
    ref('metric_monthly'), ref('benchmark_comparison_monthly'), 'month_start'
) }}
