-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set deliveries = ref('stg_engine_logs__email_delivery') %}

select {{ outcome(
    'log_type', "'email_delivery'", 'is_delivered', 'is_delivered'
) }}
from {{ deliveries }}
union all
{{ quality_and_time('email_delivery', deliveries) }}
