with source as (

    select * from {{ source('landing', 'brain_trace') }}

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
    lead_id_hash,
    lead_name_hash,
    company,
    final_status,
    status_reason,
    approval_threshold,
    overall_quality_score,
    retry_count,
    messaging_angle,
    campaign_tone,
    primary_trait,
    traits,
    is_low_context,
    is_fallback,
    message_count,
    node_count,
    duration_s,
    injection_status,
    delivery_method
from source
