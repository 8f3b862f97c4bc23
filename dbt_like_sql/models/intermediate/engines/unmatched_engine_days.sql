{{ config(
    materialized='incremental', incremental_strategy='delete+insert',
    unique_key='metric_date') }}

with

days as (

    {{ newer(ref('engine_days'), 'metric_date') }}

),

reported as (

    select
        record_id,
        engine_id,
        unnest(
            map_entries(cast(cast(metrics as json) as map (varchar, json)))
        ) as entry
    from days

),

sent as (

    select
        record_id,
        engine_id,
        true as is_reported,
        struct_extract(entry, 'key') as metric_name,
        json_extract_string(struct_extract(entry, 'value'), '$') as example
    from reported
    {% for name in
        ['operational_cost_usd', 'value_generated_usd', 'units_of_work'] %}
    union all
    select
        record_id,
        engine_id,
        false as is_reported,
        '{{ name }}' as metric_name,
        cast({{ name }} as varchar) as example
    from days
    {% endfor %}

),

judged as (

    select
        sent.record_id,
        sent.metric_name,
        left(sent.example, 40) as example_value,
        try_cast(sent.example as double)
        / {{ scale_of('sent.metric_name', 'catalogue') }} as value,
        case
            when catalogue.metric is null then 'unknown_metric'
            when value is null or not isfinite(value) then 'not_a_number'
            when
                value < catalogue.lower_bound or value > catalogue.upper_bound
                then 'out_of_bounds'
        end as reason
    from sent
    left join {{ ref('engine_metric_catalogue') }} as catalogue
        on
            sent.engine_id = catalogue.engine_id
            and sent.is_reported = catalogue.is_reported
            and {{ is_name_of('sent.metric_name', 'catalogue') }}
    where sent.example is not null

),

lists as (

    select
        record_id,
        list(
            struct_pack(
                metric_name := metric_name,
                reason := reason,
                example_value := example_value
            )
            order by metric_name, reason
        ) as unmatched
    from judged
    where reason is not null
    group by record_id

)

-- Days without any are kept, so that a day put right replaces the wrong one.
select
    days.client_id,
    days.engine_id,
    days.metric_date,
    days.observed_at,
    lists.unmatched,
    days.last_batch_id
from days
left join lists using (record_id)
