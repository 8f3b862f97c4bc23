-- Each system's own model: all of `observations`, filtered by each system,
-- would be planned once a system. One of which no quantile is asked is not even
-- looked at, for a join with nothing ends before it begins. No CTE: filters
-- would stop at it.
{%- set models = var('observation_models') -%}
{% for system in models %}
select
    system,
    client_id,
    entity_type,
    entity_id,
    measure,
    observed_at,
    value
from {{ ref(models[system]) }}
where (system, entity_type, measure) in ({{ quantile_measures(system) }})
{% if not loop.last %}union all{% endif %}
{% endfor %}
