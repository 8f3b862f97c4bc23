select
    system,
    client_id,
    source,
    week_start,
    coalesce(files.n_files, 0) + coalesce(records.n_files, 0) as n_files,
    coalesce(records.n_accepted, 0)
    + coalesce(files.n_duplicate, 0)
    + coalesce(files.n_quarantined, 0)
    + coalesce(files.n_blank, 0)
    + coalesce(files.n_pending, 0) as n_records,
    coalesce(records.n_accepted, 0) as n_accepted,
    coalesce(files.n_duplicate, 0) as n_duplicate,
    coalesce(files.n_quarantined, 0) as n_quarantined,
    coalesce(files.n_blank, 0) as n_blank,
    coalesce(files.n_pending, 0) as n_pending,
    coalesce(records.n_late, 0) as n_late,
    -- Of whom no record was ever accepted none is expected.
    case
        when
            count(records.n_accepted)
                over (partition by system, client_id, source)
            > 0
            then {{ rounded('coalesce(records.days_with_data, 0) / 7') }}
    end as coverage,
    coalesce(files.n_findings, 0) as n_findings,
    records.last_received_at
from {{ ref('file_weeks') }} as files
full outer join {{ ref('record_weeks') }} as records
    using (system, client_id, source, week_start)
