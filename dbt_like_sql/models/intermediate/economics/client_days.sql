{{ config(materialized='table') }}

with

parts as (

    select
        client_id,
        metric_date,
        operational_cost_usd,
        value_generated_usd,
        case engine_id when 'A' then units_of_work end as leads,
        case engine_id when 'N' then units_of_work end as meetings_booked,
        1 as n_engine_days,
        case when operational_cost_usd is not null then 1 end
            as n_engine_days_with_cost,
        provenance,
        last_batch_id
    from {{ ref('scored_engine_days') }}
    union all by name
    select
        client_id,
        metric_date,
        value * n as qualified_meetings,
        n as n_meeting_quality,
        provenance,
        last_batch_id
    from {{ ref('metric_daily') }}
    where
        system = 'engines'
        and entity_id = 'N'
        and metric = 'meeting_qualification_accuracy'
        and n > 0
        and {{ is_scored() }}
    union all by name
    select
        client_id,
        metric_date,
        numerator as n_probes_up,
        denominator as n_probes,
        provenance,
        last_batch_id
    from {{ ref('metric_daily') }}
    where system = 'uptime' and metric = 'uptime_rate' and {{ is_scored() }}
    union all by name
    select
        client_id,
        recorded_date as metric_date,
        score as satisfaction_total,
        1 as n_satisfaction,
        provenance,
        delivery_batch_id as last_batch_id
    from {{ ref('stg_engine_metrics__client_satisfaction') }}
    where {{ is_scored() }}

)

select
    client_id,
    metric_date,
    {{ week_start('metric_date') }} as week_start,
    {{ month_start('metric_date') }} as month_start,
    {% for column in [
        'operational_cost_usd', 'value_generated_usd', 'leads',
        'meetings_booked', 'qualified_meetings', 'n_meeting_quality',
        'n_probes_up', 'n_probes', 'satisfaction_total',
    ] -%}
    {{ rounded('sum(' ~ column ~ ')') }} as {{ column }},
    {% endfor -%}
    cast(sum(n_satisfaction) as bigint) as n_satisfaction,
    cast(coalesce(sum(n_engine_days), 0) as bigint) as n_engine_days,
    cast(coalesce(sum(n_engine_days_with_cost), 0) as bigint)
        as n_engine_days_with_cost,
    max(provenance) as provenance,
    max(last_batch_id) as last_batch_id
from parts
group by client_id, metric_date
