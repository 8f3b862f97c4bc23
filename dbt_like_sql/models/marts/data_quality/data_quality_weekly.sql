with

accepted as (

    select * from {{ ref('record_weeks') }}

),

deliveries as (

    select
        *,
        {{ local_date('coalesce(last_observed_at, received_at)') }} as file_date
    from {{ ref('stg_ledger__manifest') }}

),

findings as (

    select
        file_id,
        batch_id,
        count(*) as n_findings
    from {{ ref('stg_ledger__findings') }}
    group by file_id, batch_id

),

systems as (

    select * from {{ ref('systems') }}

),

-- A record without a time of its own counts in its file's week.
files as (

    select
        systems.system,
        deliveries.source,
        '{{ var('client_id') }}' as client_id,
        {{ week_start('deliveries.file_date') }} as week_start,
        count(distinct deliveries.file_id) filter (
            where coalesce(deliveries.n_accepted, 0) = 0
        ) as n_files,
        0 as n_accepted,
        sum(deliveries.n_duplicate) as n_duplicate,
        sum(deliveries.n_quarantined) as n_quarantined,
        sum(deliveries.n_blank) as n_blank,
        sum(deliveries.n_pending) as n_pending,
        0 as n_late,
        0 as days_with_data,
        coalesce(sum(findings.n_findings), 0) as n_findings
    from deliveries
    inner join systems using (source)
    left join findings using (file_id, batch_id)
    group by all

),

both_sides as (

    select * from files
    union all by name
    select * exclude (last_batch_id) from accepted

),

weeks as (

    select
        system,
        client_id,
        source,
        week_start,
        cast(sum(n_files) as bigint) as n_files,
        cast(sum(n_accepted) as bigint) as n_accepted,
        cast(coalesce(sum(n_duplicate), 0) as bigint) as n_duplicate,
        cast(coalesce(sum(n_quarantined), 0) as bigint) as n_quarantined,
        cast(coalesce(sum(n_blank), 0) as bigint) as n_blank,
        cast(coalesce(sum(n_pending), 0) as bigint) as n_pending,
        cast(sum(n_late) as bigint) as n_late,
        cast(coalesce(sum(n_findings), 0) as bigint) as n_findings,
        sum(days_with_data) as days_with_data
    from both_sides
    group by all

)

select
    system,
    client_id,
    source,
    week_start,
    n_files,
    n_accepted + n_duplicate + n_quarantined + n_blank + n_pending as n_records,
    n_accepted,
    n_duplicate,
    n_quarantined,
    n_blank,
    n_pending,
    n_late,
    {{ rounded('days_with_data / 7') }} as coverage,
    n_findings
from weeks
