{{ config(severity='warn') }}

with manifest as (

    select coalesce(sum(n_accepted), 0) as n_accepted
    from {{ ref('stg_ledger__manifest') }}
    where outcome = 'loaded'

),

weeks as (

    select coalesce(sum(n_accepted), 0) as n_accepted
    from {{ ref('record_weeks') }}

)

select
    manifest.n_accepted as n_in_manifest,
    weeks.n_accepted as n_in_weeks
from manifest
cross join weeks
where manifest.n_accepted <> weeks.n_accepted
