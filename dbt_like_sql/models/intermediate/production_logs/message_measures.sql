{%- set categories = {
    'template': 'messaging_angle',
    'tone': 'campaign_tone',
    'personalization_level': 'personalization_level',
    'message_type': 'message_type',
} -%}

with

messages as not materialized (

    select
        * replace (coalesce(is_approved, false) as is_approved),
        is_approved is not null as has_label
    from {{ ref('stg_engine_logs__campaign_generation') }}

)

select {{ measurement(
    'log_type', "'campaign_generation'",
    'is_approved', 'is_approved', 'has_label'
) }}
from messages
union all
select {{ measurement(
    'log_type', "'campaign_generation'", 'is_fallback', 'is_fallback'
) }}
from messages
where is_fallback is not null
union all
{{ quality_and_time('campaign_generation', 'messages') }}
{% for entity_type, column in categories.items() %}
union all
select {{ measurement(
    entity_type, column, 'is_approved', 'is_approved', 'has_label'
) }}
from messages
{% endfor %}
