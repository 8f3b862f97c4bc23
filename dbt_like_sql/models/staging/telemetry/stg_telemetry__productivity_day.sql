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
    {{ plausible('commits_count') }} as commits_count,
    {{ plausible('prs_created') }} as prs_created,
    {{ plausible('prs_merged') }} as prs_merged,
    {{ plausible('lines_added') }} as lines_added,
    {{ plausible('lines_deleted') }} as lines_deleted,
    nullif({{ plausible('test_coverage_percent', 100) }}, 0)
        as test_coverage_percent,
    {{ plausible('bugs_fixed') }} as bugs_fixed,
    {{ plausible('code_reviews_completed') }} as code_reviews_completed,
    written_at
from source
