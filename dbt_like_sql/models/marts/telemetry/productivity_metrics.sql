{{ config(materialized='view') }}

with days as (

    select * from {{ ref('stg_telemetry__productivity_day') }}

)

select
    record_id as id,
    engineer_hash as engineer_email,
    metric_date,
    commits_count,
    prs_created,
    prs_merged,
    lines_added,
    lines_deleted,
    test_coverage_percent,
    bugs_fixed,
    code_reviews_completed,
    client_id,
    provenance,
    last_batch_id
from days
