{#- Each row names a metric of the catalogue, at its entity type. The level of health
    is a figure of its own table. -#}
{% test names_a_metric(model) %}
select named.*
from {{ model }} as named
anti join {{ ref('metrics') }} as metrics
    using (system, entity_type, metric)
where (named.entity_type, named.metric) <> ('health', 'level')
{% endtest %}
