-- No CTE: a view keeps it materialized, and filters would stop at it.
{% for measure, status in [('is_up', 'up'), ('is_degraded', 'degraded')] %}
select
    'uptime' as system,
    client_id,
    'probe' as entity_type,
    slug as entity_id,
    '{{ measure }}' as measure,
    observed_at,
    cast(status = '{{ status }}' as double) as value,
    true as has_label,
    held_until,
    held_hours as weight,
    provenance,
    record_id,
    last_batch_id as batch_id
from {{ ref('probe_holds') }}
union all
{% endfor %}
-- When the probes' clients change, so do all figures.
select
    'uptime' as system,
    clients.client_id,
    'probe' as entity_type,
    probes.slug as entity_id,
    'response_time_ms' as measure,
    probes.observed_at,
    probes.response_time_ms as value,
    true as has_label,
    cast(null as timestamp) as held_until,
    cast(1 as double) as weight,
    probes.provenance,
    probes.record_id,
    greatest(probes.batch_id, clients.last_batch_id) as batch_id
from {{ ref('stg_uptime__probe_observation') }} as probes
inner join {{ ref('probe_clients') }} as clients using (slug)
where probes.response_time_ms > 0
