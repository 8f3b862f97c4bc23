with

deliveries as not materialized (

    select
        * replace (coalesce(is_delivered, false) as is_delivered),
        is_delivered is not null as has_label
    from {{ ref('stg_engine_logs__email_delivery') }}

)

select {{ measurement(
    'log_type', "'email_delivery'", 'is_delivered', 'is_delivered', 'has_label'
) }}
from deliveries
union all
{{ quality_and_time('email_delivery', 'deliveries') }}
