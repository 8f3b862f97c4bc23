{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start',
) }}

{{ period_figures('week_start', calendar_days=7, weekdays=5) }}
