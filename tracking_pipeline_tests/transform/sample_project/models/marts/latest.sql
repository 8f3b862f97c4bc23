{{ config(materialized="incremental", unique_key="region_id") }}
select
    region_id,
    max(event_id) as event_id
from {{ ref("stg_events") }}
{% if is_incremental() %}
where event_id > (select max(event_id) from {{ this.schema }}.{{ this.identifier }})
{% endif %}
group by region_id
