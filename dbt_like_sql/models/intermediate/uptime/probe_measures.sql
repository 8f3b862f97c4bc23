-- No CTE: a view keeps it materialized, and filters would stop at it.
-- When the probes' clients change, so do all figures.
{% for measure, condition in [
    ('is_up', 'probes.is_up is not null'),
    ('response_time_ms', 'probes.response_time_ms > 0'),
] %}
select
    'uptime' as system,
    clients.client_id,
    'probe' as entity_type,
    probes.slug as entity_id,
    '{{ measure }}' as measure,
    probes.observed_at,
    cast(probes.{{ measure }} as double) as value,
    true as has_label,
    cast(1 as double) as weight,
    probes.provenance,
    probes.record_id,
    greatest(probes.batch_id, clients.last_batch_id) as batch_id
from {{ ref('stg_uptime__probe_observation') }} as probes
inner join {{ ref('probe_clients') }} as clients using (slug)
where {{ condition }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
