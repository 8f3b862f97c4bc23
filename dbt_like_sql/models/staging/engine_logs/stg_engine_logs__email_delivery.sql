with source as (

    select * from {{ source('landing', 'email_delivery') }}

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
    is_delivered,
    delivery_status,
    method_used,
    confidence_level,
    processing_time_s,
    decision_success,
    label_success,
    quality_score,
    improvement_potential
from source
