with source as (

    select * from {{ source('landing', 'team_export') }}

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
    engineers_analyzed,
    reports_processed,
    total_cost_savings_usd,
    annual_projection_usd,
    total_time_saved_hours,
    avg_roi_multiplier,
    total_commits,
    total_prs_merged,
    team_memory_hit_rate
from source
