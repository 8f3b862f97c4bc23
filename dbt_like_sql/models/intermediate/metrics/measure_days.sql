{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='metric_date',
) }}

with

{{ quarter_hours_of('metric_date') }},

observed as (

    {{ touched(counted_observations()) }}

)

{{ statistics_of_days('observed') }}
