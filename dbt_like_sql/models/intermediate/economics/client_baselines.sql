{{ config(materialized='table') }}

with

methods as (

    select
        *,
        coalesce(
            cost_per_meeting_usd,
            monthly_cost_usd / nullif(meetings_per_month, 0)
        ) as cost_usd
    from {{ ref('stg_engine_metrics__previous_method') }}
    where {{ is_scored() }}

),

newest as (

    select
        *,
        count(*) over (partition by client_id) as n_methods,
        max(delivery_batch_id) over (partition by client_id) as last_batch_id
    from methods
    where cost_usd is not null
    qualify row_number() over (
        partition by client_id
        order by recorded_date desc nulls last, method asc, cost_usd asc
    ) = 1

)

select
    clients.client_key as client_id,
    newest.method,
    coalesce(newest.n_methods, 0) as n_methods,
    coalesce(newest.cost_usd, industry.base) as cost_per_meeting_usd,
    case
        when newest.cost_usd is not null then 'measured'
        else industry.basis
    end as cost_basis,
    coalesce(
        newest.hours_per_meeting,
        {{ assumption('sdr_hours_per_month') }}
        / {{ assumption('sdr_meetings_per_month') }}
    ) as hours_per_meeting,
    case
        when newest.hours_per_meeting is not null then 'measured'
        else 'assumed'
    end as hours_basis,
    newest.monthly_cost_usd,
    newest.meetings_per_month,
    newest.recorded_date,
    coalesce(newest.source, industry.source) as source,
    newest.last_batch_id
from {{ ref('clients') }} as clients
left join newest on clients.client_key = newest.client_id
left join {{ ref('assumptions') }} as industry
    on industry.assumption_id = 'industry_cost_per_meeting_usd'
