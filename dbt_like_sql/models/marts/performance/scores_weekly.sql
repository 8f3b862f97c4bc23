{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start',
) }}

{{ scored(
    ref('metric_weekly'), ref('benchmark_comparison_weekly'), 'week_start'
) }}
