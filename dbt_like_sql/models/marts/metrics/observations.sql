{{ config(materialized='view') }}

{% for model in var('observation_models').values() %}
select
    system,
    client_id,
    entity_type,
    entity_id,
    measure,
    observed_at,
    value,
    weight,
    has_label,
    provenance,
    record_id,
    batch_id
from {{ ref(model) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
