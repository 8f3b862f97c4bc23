{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='metric_date',
) }}

with

{{ observed('metric_date') }}

{{ statistics_of_days() }}
