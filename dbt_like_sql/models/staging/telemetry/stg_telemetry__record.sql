{%- set kinds = [
    'engineer_profile', 'capability_execution', 'productivity_day',
    'cost_saving_day', 'copilot_day', 'value_export', 'value_export_capability',
    'team_export', 'team_export_engineer', 'telemetry_reading',
] -%}
{%- set of_nobody = ['team_export', 'telemetry_reading'] -%}
{%- set days = ['productivity_day', 'cost_saving_day', 'copilot_day'] -%}

{% for kind in kinds %}
select
    '{{ kind }}' as kind,
    record_id,
    client_id,
    {{ 'null' if kind in of_nobody else 'engineer_hash' }} as engineer_hash,
    {{ noon('metric_date') if kind in days else 'observed_at' }} as observed_at,
    file_id,
    batch_id
from {{ source('landing', kind) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
