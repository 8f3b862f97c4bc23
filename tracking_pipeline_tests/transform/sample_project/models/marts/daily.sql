{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["region_id", "event_date"],
    )
}}

select
    region_id,
    event_date,
    count(*) as n,
    {{ rounded("sum(amount)") }} as amount,
    max(event_id) as last_event_id
from {{ ref("stg_events") }}
{% if is_incremental() %}
where (region_id, event_date) in (
    select (region_id, event_date)
    from {{ ref("stg_events") }}
    where event_id > {{ newest(this, "last_event_id") }}
)
{% endif %}
group by region_id, event_date
