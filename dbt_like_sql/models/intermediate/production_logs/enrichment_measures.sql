-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set enrichments = ref('stg_engine_logs__enrichment_decision') %}

select {{ outcome(
    'log_type', "'enrichment_decision'", 'is_successful', 'is_successful'
) }}
from {{ enrichments }}
union all
select {{ outcome(
    'email_quality', 'email_quality', 'is_successful', 'is_successful'
) }}
from {{ enrichments }}
union all
select {{ outcome('method', 'method', 'is_successful', 'is_successful') }}
from (
    select
        *,
        unnest(methods) as method
    from {{ enrichments }}
)
union all
select {{ measurement(
    'log_type', "'enrichment_decision'", 'methods_tried', 'len(methods)'
) }}
from {{ enrichments }}
where methods is not null
union all
{{ quality_and_time('enrichment_decision', enrichments) }}
