{{ config(materialized='table') }}

with

parts as (

    select
        client_id,
        metric_date,
        last_batch_id,
        {{ client_day_columns({
            'operational_cost_usd': 'operational_cost_usd',
            'value_generated_usd': 'value_generated_usd',
            'returned_cost_usd': returned('operational_cost_usd'),
            'returned_value_usd': returned('value_generated_usd'),
            'leads': "case engine_id when 'A' then units_of_work end",
            'meetings_booked': "case engine_id when 'N' then units_of_work end",
            'n_engine_days': '1',
            'n_engine_days_with_cost':
                'case when operational_cost_usd is not null then 1 end',
            'n_engine_days_with_value':
                'case when value_generated_usd is not null then 1 end',
            'n_engine_days_comparable': "case
                when operational_cost_usd is null then 0
                when engine_id = 'N' and units_of_work is null then 0
                else 1
            end",
        }) }}
    from {{ ref('scored_engine_days') }}
    union all
    select
        client_id,
        metric_date,
        last_batch_id,
        {{ client_day_columns(
            {'qualified_meetings': 'value * n', 'n_meeting_quality': 'n'}
        ) }}
    from {{ ref('metric_daily') }}
    where
        system = 'engines'
        and entity_id = 'N'
        and metric = 'meeting_qualification_accuracy'
        and n > 0
        and {{ is_scored() }}
    union all
    select
        client_id,
        metric_date,
        last_batch_id,
        {{ client_day_columns(
            {
                'hours_up': 'numerator',
                'hours_probed': 'denominator',
                'n_probes': 'n',
            }
        ) }}
    from {{ ref('metric_daily') }}
    where system = 'uptime' and metric = 'uptime_rate' and {{ is_scored() }}
    union all
    select
        client_id,
        recorded_date as metric_date,
        delivery_batch_id as last_batch_id,
        {{ client_day_columns(
            {'satisfaction_total': 'score', 'n_satisfaction': '1'}
        ) }}
    from {{ ref('stg_engine_metrics__client_satisfaction') }}
    where {{ is_scored() }}

)

select
    client_id,
    metric_date,
    {{ week_start('metric_date') }} as week_start,
    {{ month_start('metric_date') }} as month_start,
    {% for column in [
        'operational_cost_usd', 'value_generated_usd', 'returned_cost_usd',
        'returned_value_usd', 'leads', 'meetings_booked', 'qualified_meetings',
        'n_meeting_quality', 'hours_up', 'hours_probed', 'n_probes',
        'satisfaction_total',
    ] -%}
    {{ rounded('sum(' ~ column ~ ')') }} as {{ column }},
    {% endfor -%}
    cast(sum(n_satisfaction) as bigint) as n_satisfaction,
    {% for column in [
        'n_engine_days', 'n_engine_days_with_cost', 'n_engine_days_with_value',
    ] -%}
    cast(coalesce(sum({{ column }}), 0) as bigint) as {{ column }},
    {% endfor -%}
    -- Every engine with data states its cost, and N its meetings.
    coalesce(sum(n_engine_days_comparable) = sum(n_engine_days), false)
        as is_comparable,
    max(provenance) as provenance,
    max(last_batch_id) as last_batch_id
from parts
group by client_id, metric_date
