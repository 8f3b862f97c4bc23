-- Without a model there are no quantiles of its metrics.
select system
from {{ ref('systems') }}
where system not in ('{{ var('observation_models').keys() | join("', '") }}')
