{%- set kinds = [
    'campaign_generation', 'enrichment_decision', 'website_analysis',
    'airtable_operation', 'email_delivery', 'brain_trace',
    'database_operation', 'error_log', 'performance_metrics',
    'sync_operation', 'migration_operation', 'monitoring_data',
] -%}

{% for kind in kinds %}
select
    'production_logs' as system,
    'engine_logs' as source,
    client_id,
    observed_at,
    file_id,
    batch_id,
    batch_id as last_batch_id
from {{ ref('stg_engine_logs__' ~ kind) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
