{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='month_start',
) }}

{{ period_figures(
    'month_start',
    calendar_days="day(last_day(month_start))",
    weekdays=weekdays_between('month_start', 'last_day(month_start) + 1')
) }}
