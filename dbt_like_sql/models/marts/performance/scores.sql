{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='score_date',
) }}

{{ scored(
    ref('metric_daily'), ref('benchmark_comparison'), 'metric_date', label='score_date'
) }}
