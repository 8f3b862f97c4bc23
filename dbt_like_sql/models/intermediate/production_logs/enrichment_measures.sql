with

enrichments as not materialized (

    select
        * replace (coalesce(is_successful, false) as is_successful),
        is_successful is not null as has_label
    from {{ ref('stg_engine_logs__enrichment_decision') }}

),

attempts as not materialized (

    select
        * exclude (methods),
        unnest(methods) as method
    from enrichments

)

select {{ measurement(
    'log_type', "'enrichment_decision'",
    'is_successful', 'is_successful', 'has_label'
) }}
from enrichments
union all
select {{ measurement(
    'log_type', "'enrichment_decision'", 'methods_tried', 'len(methods)'
) }}
from enrichments
where methods is not null
union all
{{ quality_and_time('enrichment_decision', 'enrichments') }}
union all
select {{ measurement(
    'email_quality', 'email_quality',
    'is_successful', 'is_successful', 'has_label'
) }}
from enrichments
union all
select {{ measurement(
    'method', 'method', 'is_successful', 'is_successful', 'has_label'
) }}
from attempts
