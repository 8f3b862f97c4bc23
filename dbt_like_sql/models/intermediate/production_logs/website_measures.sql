-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set analyses = ref('stg_engine_logs__website_analysis') %}

select {{ outcome(
    'log_type', "'website_analysis'", 'is_successful', 'decision_success'
) }}
from {{ analyses }}
union all
select {{ measurement(
    'log_type', "'website_analysis'", 'yield_rate', 'yield_rate'
) }}
from {{ analyses }}
where yield_rate between 0 and 1
union all
select {{ measurement(
    'log_type', "'website_analysis'", 'leads_found', 'total_leads_found'
) }}
from {{ analyses }}
where total_leads_found >= 0
union all
{{ quality_and_time('website_analysis', analyses) }}
