with

operations as not materialized (

    select
        * replace (coalesce(is_successful, false) as is_successful),
        is_successful is not null as has_label
    from {{ ref('stg_engine_logs__airtable_operation') }}

)

select {{ measurement(
    'log_type', "'airtable_operation'",
    'is_successful', 'is_successful', 'has_label'
) }}
from operations
union all
select {{ measurement(
    'log_type', "'airtable_operation'", 'fields_synced', 'fields_synced'
) }}
from operations
where fields_synced is not null
union all
{{ quality_and_time('airtable_operation', 'operations') }}
union all
select {{ measurement(
    'response_code', 'cast(response_code as varchar)',
    'is_successful', 'is_successful', 'has_label'
) }}
from operations
