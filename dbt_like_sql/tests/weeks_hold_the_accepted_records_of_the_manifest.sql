{{ config(severity='warn') }}

with manifest as (

    select coalesce(sum(n_accepted), 0) as n_accepted
    from {{ ref('stg_ledger__manifest') }}
    where outcome = 'loaded'

),

weeks as (

    select coalesce(sum(n_accepted), 0) as n_accepted
    from {{ ref('record_weeks') }}

),

state as (

    select count(*) as n_accepted
    from {{ ref('state_records') }}

)

select
    manifest.n_accepted as n_in_manifest,
    weeks.n_accepted as n_in_weeks,
    state.n_accepted as n_of_state
from manifest
cross join weeks
cross join state
where manifest.n_accepted <> weeks.n_accepted + state.n_accepted
