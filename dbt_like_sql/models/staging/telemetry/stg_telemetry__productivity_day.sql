{{ config(materialized='table') }}

with source as (

    {{ days_in_force('productivity_day') }}

)

select
    record_id,
    client_id,
    {{ noon('metric_date') }} as observed_at,
    provenance,
    file_id,
    line_number,
    batch_id,
    last_batch_id,
    engineer_hash,
    metric_date,
    commits_count,
    prs_created,
    prs_merged,
    lines_added,
    lines_deleted,
    nullif(test_coverage_percent, 0) as test_coverage_percent,
    bugs_fixed,
    code_reviews_completed,
    written_at
from source
