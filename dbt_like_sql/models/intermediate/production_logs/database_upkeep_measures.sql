-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set syncs = ref('stg_engine_logs__sync_operation') -%}
{%- set migrations = ref('stg_engine_logs__migration_operation') -%}
{%- set checks = ref('stg_engine_logs__monitoring_data') -%}
{%- set operations = {
    'sync': (syncs, 'leads_synced', 'leads_failed', 'duration_per_lead_ms'),
    'migration': (migrations, 'records_migrated', 'records_failed', '0'),
} %}

{% for name, (records, done, failed, each_ms) in operations.items() %}
{%- set log_type = "'" ~ name ~ "_operation'" %}
{%- set operation = "'" ~ name ~ "_' || " ~ name ~ '_type' %}
{% for entity_type, entity_id in [
    ('log_type', log_type), ('operation', operation),
] %}
select {{ outcome(entity_type, entity_id, 'is_successful', 'is_successful') }}
from {{ records }}
union all
{{ operation_durations(entity_type, entity_id, records) }}
union all
{% endfor %}
select {{ measurement('log_type', log_type, done, done) }}
from {{ records }}
where {{ done }} is not null
union all
select {{ outcome(
    name ~ '_tier',
    sync_tier(done ~ ' / n', 'coalesce(each_ms, duration_ms / n)'),
    'is_successful', 'is_successful'
) }}
from (
    select
        *,
        nullif({{ each_ms }}, 0) as each_ms,
        {{ done }} + {{ failed }} as n
    from {{ records }}
)
where n > 0 and coalesce(each_ms, duration_ms) > 0
union all
{% endfor %}
select {{ outcome(
    'log_type', "'monitoring_data'", 'is_healthy', 'is_healthy'
) }}
from {{ checks }}
union all
select {{ measurement(
    'log_type', "'monitoring_data'", 'response_time_ms', 'response_time_ms'
) }}
from {{ checks }}
where response_time_ms > 0
union all
select {{ outcome(
    'monitoring_tier',
    sync_tier('1 - error_rate_percent / 100', 'response_time_ms'),
    'is_healthy', 'is_healthy'
) }}
from {{ checks }}
where response_time_ms > 0 and error_rate_percent is not null
