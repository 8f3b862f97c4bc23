with source as (

    select * from {{ source('landing', 'website_analysis') }}

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
    scraping_target,
    max_leads,
    total_leads_found,
    pages_scraped,
    title_groups_searched,
    scraping_duration_s,
    yield_rate,
    method_used,
    confidence_level,
    processing_time_s,
    decision_success,
    is_successful,
    quality_score,
    improvement_potential
from source
