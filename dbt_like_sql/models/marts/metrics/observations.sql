{{ config(materialized='view') }}

{% set models = var('observation_models') %}
{% for system in models %}
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
    held_until,
    provenance,
    record_id,
    batch_id
from {{ ref(models[system]) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
