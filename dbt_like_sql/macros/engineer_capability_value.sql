{#- The rows of `engineer_capability_value`. Percentiles by linear interpolation. -#}
{% macro engineer_capability_value(windows) %}
{%- set keys -%}
    window_kind, start_date, end_date, client_id, engineer_hash, capability
{%- endset -%}
{%- set halves = [
    ('first_half', 'is_first_half'),
    ('second_half', 'not is_first_half'),
] -%}
with

executions as (

    {{ executions_of(windows) }}

),

errors as (

    {{ errors_by(keys) }}

),

{{ chronological_halves(keys, halves) }},

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
        {% for half, condition in halves -%}
        count(duration_ms) filter (where {{ condition }}) as {{ half }}_n,
        avg(duration_ms) filter (where {{ condition }}) as {{ half }}_mean,
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
    {% for half, _ in halves -%}
    {{ half }}_n,
    {{ rounded(half ~ '_mean') }} as {{ half }}_mean_ms,
    coalesce({{ half }}_days, 0) as {{ half }}_days,
    {{ rounded(half ~ '_day_mean') }} as {{ half }}_day_mean_ms,
    {{ rounded(half ~ '_day_sd') }} as {{ half }}_day_sd_ms,
    {% endfor -%}
    {{ rounded('second_half_mean / nullif(first_half_mean, 0) - 1') }} as change,
    last_batch_id
from measured
left join errors using ({{ keys }})
left join daily using ({{ keys }})
{% endmacro %}
