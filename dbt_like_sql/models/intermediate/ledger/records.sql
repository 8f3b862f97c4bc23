{% for model in var('record_models') %}
select
    system,
    source,
    client_id,
    observed_at,
    file_id,
    batch_id,
    last_batch_id
from {{ ref(model) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
