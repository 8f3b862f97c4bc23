with

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

)

select
    systems.system,
    deliveries.source,
    '{{ var('client_id') }}' as client_id,
    {{ week_start('deliveries.file_date') }} as week_start,
    count(distinct deliveries.file_id) filter (
        where coalesce(deliveries.n_accepted, 0) = 0
    ) as n_files,
    cast(sum(deliveries.n_duplicate) as bigint) as n_duplicate,
    cast(sum(deliveries.n_quarantined) as bigint) as n_quarantined,
    cast(sum(deliveries.n_blank) as bigint) as n_blank,
    cast(sum(deliveries.n_pending) as bigint) as n_pending,
    cast(coalesce(sum(findings.n_findings), 0) as bigint) as n_findings
from deliveries
inner join {{ ref('systems') }} as systems using (source)
left join findings using (file_id, batch_id)
group by all
