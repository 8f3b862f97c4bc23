select figures.*
from {{ ref('metric_weekly') }} as figures
inner join {{ ref('metrics') }} as metrics
    using (system, entity_type, metric)
where
    {{ is_enough('figures.n', 'metrics') }}
    and {{ is_covered('figures.coverage') }}
