{#- Each row names a metric of the catalogue, at its entity type. -#}
{% test names_a_metric(model) %}
select named.*
from {{ model }} as named
anti join {{ ref('metrics') }} as metrics
    using (system, entity_type, metric)
{% endtest %}
