with source as (

    select * from {{ source('landing', 'team_export_engineer') }}

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    session_id,
    extras,
    file_id,
    line_number,
    batch_id,
    generated_at,
    report_hash,
    engineer_hash,
    platform,
    cost_savings_usd,
    time_saved_hours,
    commits,
    prs_merged,
    roi_multiplier,
    memory_hit_rate
from source
