with

quarantine as (

    select
        file_id,
        batch_id,
        {{ local_date('observed_at') }} as own_date,
        count(*) as n_quarantined
    from {{ ref('stg_ledger__quarantine') }}
    where status = 'quarantined'
    group by all

),

deliveries as (

    {{ dated_deliveries('quarantine') }}

),

findings as (

    select
        file_id,
        batch_id,
        count(*) as n_findings
    from {{ ref('stg_ledger__findings') }}
    group by file_id, batch_id

),

fates as (

    select
        deliveries.source,
        {{ week_start('deliveries.last_date') }} as week_start,
        case
            when coalesce(deliveries.n_accepted, 0) = 0 then deliveries.file_id
        end as file_id,
        coalesce(deliveries.n_duplicate, 0) as n_duplicate,
        0 as n_quarantined,
        coalesce(deliveries.n_blank, 0) as n_blank,
        coalesce(deliveries.n_pending, 0) as n_pending,
        coalesce(findings.n_findings, 0) as n_findings
    from deliveries
    left join findings using (file_id, batch_id)
    union all
    select
        deliveries.source,
        cast(
            unnest(
                generate_series(
                    {{ week_start(
                        'coalesce(own_date, deliveries.first_date)'
                    ) }},
                    {{ week_start(
                        'coalesce(own_date, deliveries.last_date)'
                    ) }},
                    interval 7 day
                )
            ) as date
        ) as week_start,
        null as file_id,
        0 as n_duplicate,
        quarantine.n_quarantined,
        0 as n_blank,
        0 as n_pending,
        0 as n_findings
    from deliveries
    inner join quarantine using (file_id, batch_id)

)

select
    systems.system,
    fates.source,
    '{{ var('client_id') }}' as client_id,
    fates.week_start,
    count(distinct fates.file_id) as n_files,
    cast(sum(fates.n_duplicate) as bigint) as n_duplicate,
    cast(sum(fates.n_quarantined) as bigint) as n_quarantined,
    cast(sum(fates.n_blank) as bigint) as n_blank,
    cast(sum(fates.n_pending) as bigint) as n_pending,
    cast(sum(fates.n_findings) as bigint) as n_findings
from fates
inner join {{ ref('systems') }} as systems using (source)
-- A file of which everything was accepted makes no week of its own.
where
    fates.file_id is not null
    or fates.n_duplicate
    + fates.n_quarantined
    + fates.n_blank
    + fates.n_pending
    + fates.n_findings
    > 0
group by all
