with source as (

    select * from {{ source('landing', 'enrichment_decision') }}

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
    lead_name_hash,
    company,
    industry,
    linkedin_url_hash,
    initial_data_quality,
    final_data_quality,
    has_website_data,
    has_existing_email,
    company_description_length,
    is_email_found,
    email_confidence_level,
    engagement_status,
    enrichment_method,
    methods,
    confidence_level,
    processing_time_s,
    decision_success,
    is_successful,
    email_quality,
    is_engagement_ready,
    is_data_improved,
    quality_score,
    improvement_potential
from source
