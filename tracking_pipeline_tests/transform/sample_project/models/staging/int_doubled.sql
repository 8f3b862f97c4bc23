{{ config(materialized="ephemeral") }}
select
    event_id,
    total * 2 as doubled
from {{ ref("int_totals") }}
