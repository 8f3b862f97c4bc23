{{ config(materialized='view') }}

with records as (

    select * from {{ ref('stg_engine_logs__airtable_operation') }}

)

select
    record_id,
    client_id,
    observed_at,
    provenance,
    session_id,
    batch_id,
    lead_name_hash,
    company,
    industry,
    linkedin_url_hash,
    is_successful,
    airtable_record_id,
    fields_synced,
    response_code,
    method_used,
    confidence_level,
    processing_time_s,
    decision_success,
    label_success,
    quality_score,
    improvement_potential
from records
