-- No CTE: a view keeps it materialized, and filters would stop at it.
-- What a day measures: its value, and what that counts in means.
{%- set lookups = 'memory_hits + memory_misses' -%}
{%- set suggestions = 'suggestions_accepted + suggestions_rejected' -%}
{%- set kinds = {
    'productivity_day': {
        'is_recorded': ('true', 1),
        'commits': ('commits_count', 1),
        'prs_created': ('prs_created', 1),
        'prs_merged': ('prs_merged', 1),
        'lines_added': ('lines_added', 1),
        'lines_deleted': ('lines_deleted', 1),
        'test_coverage_percent': ('test_coverage_percent', 1),
        'bugs_fixed': ('bugs_fixed', 1),
        'code_reviews': ('code_reviews_completed', 1),
    },
    'cost_saving_day': {
        'tokens_saved': ('tokens_saved_count', 1),
        'api_calls_avoided': ('api_calls_avoided', 1),
        'hours_saved': ('time_saved_minutes / 60', 1),
        'cost_saved_usd': (cost_of_tokens('tokens_saved_count'), 1),
    },
    'copilot_day': {
        'is_memory_hit': ('memory_hits / nullif(' ~ lookups ~ ', 0)', lookups),
        'is_accepted': (
            'suggestions_accepted / nullif(' ~ suggestions ~ ', 0)', suggestions
        ),
        'context_injections': ('context_injections', 1),
    },
} -%}
{%- set entities = {'team': 'client_id', 'engineer': 'engineer_hash'} -%}

{% for kind, measures in kinds.items() %}
{% if not loop.first %}union all{% endif %}
{% for measure, (value, weight) in measures.items() %}
{% if not loop.first %}union all{% endif %}
{% for entity_type, entity_id in entities.items() %}
select {{ measurement(
    entity_type, entity_id, measure, value,
    system='telemetry', weight=weight, batch_id='last_batch_id'
) }}
from {{ ref('stg_telemetry__' ~ kind) }}
where ({{ value }}) is not null
{% if not loop.last %}union all{% endif %}
{% endfor %}
{% endfor %}
{% endfor %}
