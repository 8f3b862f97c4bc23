{{ config(materialized="incremental", incremental_strategy="append", tags=["log"]) }}
select
    event_id,
    unnest(labels) as label
from {{ ref("stg_events") }}
{% if is_incremental() %}
where event_id > {{ newest(this, "event_id") }}
{% endif %}
