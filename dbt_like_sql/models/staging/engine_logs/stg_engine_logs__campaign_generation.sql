with source as (

    select * from {{ source('landing', 'campaign_generation') }}

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
    messaging_angle,
    campaign_tone,
    message_type,
    quality_score,
    is_fallback,
    message_length,
    data_quality_score,
    traits,
    website_tone,
    processing_time_s,
    approval_threshold,
    method_used,
    confidence_level,
    decision_success,
    is_approved,
    personalization_level,
    tone_appropriateness,
    conversion_potential,
    improvement_potential
from source
