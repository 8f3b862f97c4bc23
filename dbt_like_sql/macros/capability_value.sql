{#- The executions of every window of the relation `windows`. -#}
{% macro executions_of(windows) -%}
    select
        windows.window_kind,
        windows.start_date,
        windows.end_date,
        executions.*,
        executions.engineer_email as engineer_hash
    from {{ windows }} as windows
    inner join {{ ref('performance_metrics') }} as executions
        on
            executions.metric_date
            between windows.start_date and windows.end_date
    where {{ is_scored('executions.provenance') }}
{%- endmacro %}

{#- The rows of `engineer_capability_value`. Percentiles by linear interpolation. The
    halves are chronological, the first one the smaller: what a trend compares. -#}
{% macro engineer_capability_value(windows) %}
{%- set keys -%}
    window_kind, start_date, end_date, client_id, engineer_hash, capability
{%- endset -%}
with

executions as (

    {{ executions_of(windows) }}

),

errors as (

    select
        {{ keys }},
        coalesce(nullif(error_type, ''), 'unknown') as type,
        count(*) as n
    from executions
    where success = 0
    group by all

),

errors_listed as (

    select
        {{ keys }},
        cast(
            to_json(
                list({'type': type, 'count': n} order by n desc, type asc)
            ) as varchar
        ) as errors
    from errors
    group by {{ keys }}

),

halved as (

    select
        *,
        duration_ms is not null
        and row_number() over (
            partition by {{ keys }}
            order by duration_ms is null, timestamp, id
        )
        <= count(duration_ms) over (partition by {{ keys }}) // 2
            as is_first_half
    from executions

),

measured as (

    select
        {{ keys }},
        count(*) as executions,
        count(*) filter (where success = 1) as successes,
        {{ rounded('avg(success)') }} as success_rate,
        {{ rounded('avg(duration_ms)') }} as avg_ms,
        quantile_cont(duration_ms, [0.5, 0.95, 0.99]) as percentiles,
        min(duration_ms) as min_ms,
        max(duration_ms) as max_ms,
        cast(sum(tokens_saved) as bigint) as tokens_saved,
        {{ rounded('avg(context_size_tokens)') }} as avg_context_tokens,
        {% for half, condition in [
            ('first_half', 'is_first_half'),
            ('second_half', 'not is_first_half'),
        ] -%}
        count(duration_ms) filter (where {{ condition }}) as {{ half }}_n,
        avg(duration_ms) filter (where {{ condition }}) as {{ half }}_mean,
        stddev_samp(duration_ms) filter (where {{ condition }}) as {{ half }}_sd,
        {% endfor -%}
        max(last_batch_id) as last_batch_id
    from halved
    group by {{ keys }}

)

select
    {{ keys }},
    executions,
    successes,
    success_rate,
    avg_ms,
    {{ rounded('percentiles[1]') }} as p50_ms,
    {{ rounded('percentiles[2]') }} as p95_ms,
    {{ rounded('percentiles[3]') }} as p99_ms,
    min_ms,
    max_ms,
    tokens_saved,
    avg_context_tokens,
    coalesce(errors, '[]') as errors,
    {% for half in ['first_half', 'second_half'] -%}
    {{ half }}_n,
    {{ rounded(half ~ '_mean') }} as {{ half }}_mean_ms,
    {{ rounded(half ~ '_sd') }} as {{ half }}_sd_ms,
    {% endfor -%}
    {{ rounded('second_half_mean / nullif(first_half_mean, 0) - 1') }} as change,
    last_batch_id
from measured
left join errors_listed using ({{ keys }})
{% endmacro %}

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
    {{ latency_grade('mean_latency_ms') }} as grade,
    tokens_saved,
    last_batch_id
from measured
inner join active using (window_kind, start_date, client_id)
{% endmacro %}
