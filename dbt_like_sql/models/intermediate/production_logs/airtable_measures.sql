-- No CTE: a view keeps it materialized, and filters would stop at it.
{%- set operations = ref('stg_engine_logs__airtable_operation') %}

select {{ outcome(
    'log_type', "'airtable_operation'", 'is_successful', 'is_successful'
) }}
from {{ operations }}
union all
select {{ outcome(
    'response_code', 'cast(response_code as varchar)',
    'is_successful', 'is_successful'
) }}
from {{ operations }}
union all
select {{ measurement(
    'log_type', "'airtable_operation'", 'fields_synced', 'fields_synced'
) }}
from {{ operations }}
where fields_synced >= 0
union all
{{ quality_and_time('airtable_operation', operations) }}
