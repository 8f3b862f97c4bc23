-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set messages = ref('stg_engine_logs__campaign_generation') -%}
{%- set entities = {
    'log_type': "'campaign_generation'",
    'template': 'messaging_angle',
    'tone': 'campaign_tone',
    'personalization_level': 'personalization_level',
    'message_type': 'message_type',
} %}

{% for entity_type, entity_id in entities.items() %}
select {{ outcome(entity_type, entity_id, 'is_approved', 'is_approved') }}
from {{ messages }}
union all
{% endfor %}
select {{ measurement(
    'log_type', "'campaign_generation'", 'is_fallback', 'is_fallback'
) }}
from {{ messages }}
where is_fallback is not null
union all
{{ quality_and_time('campaign_generation', messages) }}
