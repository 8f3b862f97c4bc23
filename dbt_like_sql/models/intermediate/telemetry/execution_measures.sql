-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set measures = {
    'is_successful': 'is_successful',
    'duration_ms': 'duration_ms',
    'is_failed': 'not is_successful',
    'tokens_saved': 'tokens_saved',
} -%}
{%- set entities = {
    'capability': ('capability', measures),
    'platform': ('platform', ['is_successful', 'duration_ms']),
    'team': ('client_id', ['is_successful', 'duration_ms']),
    'engineer': ('engineer_hash', ['is_successful', 'duration_ms']),
} -%}

{% for entity_type, (entity_id, measured) in entities.items() %}
{% if not loop.first %}union all{% endif %}
{% for measure in measured %}
select {{ measurement(
    entity_type, entity_id, measure, measures[measure],
    system='telemetry', batch_id='last_batch_id'
) }}
from {{ ref('platform_executions') }}
where ({{ measures[measure] }}) is not null
{% if not loop.last %}union all{% endif %}
{% endfor %}
{% endfor %}
