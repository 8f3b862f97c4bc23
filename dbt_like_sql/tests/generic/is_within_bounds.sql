{#- Figures stay within what the catalogue allows (to the last rounded digit). -#}
{% test is_within_bounds(model) %}
select figures.*
from {{ model }} as figures
inner join {{ ref('metrics') }} as metrics
    using (system, entity_type, metric)
where
    figures.value < metrics.lower_bound - 1e-9
    or figures.value > metrics.upper_bound + 1e-9
{% endtest %}
