{#- The rows of `capability_value`. Adoption is of the engineers with any execution. -#}
{% macro capability_value(windows) %}
with

executions as (

    {{ executions_of(windows) }}

),

active as (

    select
        window_kind,
        start_date,
        client_id,
        count(distinct engineer_hash) as active_engineers,
        max(last_batch_id) as last_batch_id
    from executions
    group by window_kind, start_date, client_id

),

measured as (

    select
        window_kind,
        start_date,
        end_date,
        client_id,
        capability,
        count(distinct engineer_hash) as engineers_using,
        count(*) as executions,
        count(*) filter (where success = 1) as successes,
        {{ rounded('avg(success)') }} as success_rate,
        count(duration_ms) as n_durations,
        {{ rounded('avg(duration_ms)') }} as mean_latency_ms,
        {{ rounded('quantile_cont(duration_ms, 0.95)') }} as p95_ms,
        cast(sum(tokens_saved) as bigint) as tokens_saved
    from executions
    group by window_kind, start_date, end_date, client_id, capability

)

select
    window_kind,
    start_date,
    end_date,
    client_id,
    capability,
    engineers_using,
    active_engineers,
    {{ rounded('engineers_using / active_engineers') }} as adoption_rate,
    executions,
    successes,
    success_rate,
    mean_latency_ms,
    p95_ms,
    {{ latency_grade('mean_latency_ms', 'n_durations', 'catalogue') }} as grade,
    tokens_saved,
    last_batch_id
from measured
inner join active using (window_kind, start_date, client_id)
{{ latency_metric('capability') }}
{% endmacro %}
