{{ config(materialized="ephemeral") }}
with totals as (
    select
        event_id,
        amount + coalesce(tax, 0) as total
    from {{ ref("stg_events") }}
)

select * from totals -- the last line is a comment
