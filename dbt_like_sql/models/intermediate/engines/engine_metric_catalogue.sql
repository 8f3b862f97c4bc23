{{ config(materialized='table') }}

select
    unnest(string_split(entities, '|')) as engine_id,
    metric,
    -- A fraction may also arrive in percent.
    case when unit = 'fraction' then concat(metric, '_pct') end as percent_name,
    metric not in (
        'operational_cost_usd', 'value_generated_usd', 'units_of_work'
    ) as is_reported,
    label,
    unit,
    direction,
    additivity,
    lower_bound,
    upper_bound,
    weight
from {{ ref('metrics') }}
where system = 'engines' and aggregation <> 'score'
