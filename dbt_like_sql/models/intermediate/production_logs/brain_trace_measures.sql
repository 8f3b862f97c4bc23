with

traces as not materialized (

    select
        *,
        coalesce(retry_count, 0) as retries,
        overall_quality_score as quality_score,
        duration_s as processing_time_s
    from {{ ref('stg_engine_logs__brain_trace') }}

)

select {{ measurement(
    'log_type', "'brain_trace'", 'retries', 'retries'
) }}
from traces
union all
select {{ measurement(
    'log_type', "'brain_trace'", 'is_fallback', 'is_fallback'
) }}
from traces
where is_fallback is not null
union all
{{ quality_and_time('brain_trace', 'traces') }}
union all
select {{ measurement(
    'final_status', 'final_status', 'retries', 'retries'
) }}
from traces
