with

analyses as not materialized (

    select
        * replace (coalesce(decision_success, false) as is_successful),
        decision_success is not null as has_label
    from {{ ref('stg_engine_logs__website_analysis') }}

)

select {{ measurement(
    'log_type', "'website_analysis'",
    'is_successful', 'is_successful', 'has_label'
) }}
from analyses
union all
select {{ measurement(
    'log_type', "'website_analysis'", 'yield_rate', 'yield_rate'
) }}
from analyses
where yield_rate is not null
union all
select {{ measurement(
    'log_type', "'website_analysis'", 'leads_found', 'total_leads_found'
) }}
from analyses
where total_leads_found is not null
union all
{{ quality_and_time('website_analysis', 'analyses') }}
