with source as (

    select * from {{ source('landing', 'monitoring_data') }}

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
    monitoring_type,
    monitoring_id,
    collection_interval_s,
    is_database_responsive,
    is_airtable_accessible,
    sync_queue_size,
    error_rate_percent,
    response_time_ms,
    total_leads,
    leads_added_today,
    successful_syncs_today,
    failed_syncs_today,
    database_size_mb,
    alert_count,
    is_healthy
from source
