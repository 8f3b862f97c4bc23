-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set traces = ref('stg_engine_logs__brain_trace') -%}
{%- set entities = {
    'log_type': "'brain_trace'",
    'final_status': 'final_status',
} %}

{% for entity_type, entity_id in entities.items() %}
select {{ measurement(entity_type, entity_id, 'is_trace', '1') }}
from {{ traces }}
union all
{% endfor %}
select {{ measurement('log_type', "'brain_trace'", 'retries', 'retry_count') }}
from {{ traces }}
where retry_count >= 0
union all
select {{ measurement(
    'log_type', "'brain_trace'", 'is_fallback', 'is_fallback'
) }}
from {{ traces }}
where is_fallback is not null
union all
{{ quality_and_time(
    'brain_trace', traces, 'overall_quality_score', 'duration_s'
) }}
