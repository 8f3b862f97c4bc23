with

baselines as (

    select * from {{ ref('client_baselines') }}

)

select
    client_id,
    method,
    cost_per_meeting_usd,
    hours_per_meeting,
    monthly_cost_usd,
    meetings_per_month,
    recorded_date,
    source
from baselines
where n_methods > 0
