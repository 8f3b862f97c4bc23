-- Without a model there are no quantiles of its metrics.
select system
from {{ ref('systems') }}
where system not in (
    {%- for system in var('observation_models') %}
    '{{ system }}'{% if not loop.last %},{% endif %}
    {%- endfor %}
)
