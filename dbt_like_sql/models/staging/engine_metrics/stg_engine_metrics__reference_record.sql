{%- set kinds = [
    'client', 'client_goal', 'previous_method', 'client_satisfaction',
    'client_statement', 'engine_benchmark', 'client_probe',
] -%}

{% for kind in kinds %}
select
    record_id,
    client_id,
    observed_at,
    file_id,
    batch_id
from {{ source('landing', kind) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
