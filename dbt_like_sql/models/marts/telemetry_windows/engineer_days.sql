with

executions as (

    select
        client_id,
        engineer_email,
        metric_date,
        count(*) as executions,
        count(*) filter (where success = 1) as successes,
        count(success) as n_judged,
        count(duration_ms) as n_durations,
        sum(duration_ms) as total_duration_ms,
        max(provenance) as provenance,
        max(last_batch_id) as last_batch_id
    from {{ ref('performance_metrics') }}
    where {{ is_scored() }}
    group by client_id, engineer_email, metric_date

),

productivity as (

    select *
    from {{ ref('productivity_metrics') }}
    where {{ is_scored() }}

),

savings as (

    select *
    from {{ ref('cost_savings') }}
    where {{ is_scored() }}

),

copilot as (

    select *
    from {{ ref('copilot_metrics') }}
    where {{ is_scored() }}

)

select
    client_id,
    engineer_email as engineer_hash,
    metric_date,
    coalesce(executions.executions, 0) as executions,
    coalesce(executions.successes, 0) as successes,
    coalesce(executions.n_judged, 0) as n_judged,
    coalesce(executions.n_durations, 0) as n_durations,
    {{ rounded('executions.total_duration_ms') }} as total_duration_ms,
    productivity.commits_count as commits,
    productivity.prs_created,
    productivity.prs_merged,
    productivity.lines_added,
    productivity.lines_deleted,
    productivity.test_coverage_percent,
    productivity.bugs_fixed,
    productivity.code_reviews_completed as code_reviews,
    savings.tokens_saved_count as tokens_saved,
    savings.api_calls_avoided,
    savings.time_saved_minutes as minutes_saved,
    copilot.memory_hits,
    copilot.memory_misses,
    copilot.context_injections,
    copilot.avg_context_tokens,
    copilot.suggestions_accepted,
    copilot.suggestions_rejected,
    coalesce(productivity.id, savings.id, copilot.id) is not null
        as has_daily_row,
    greatest(
        executions.provenance,
        productivity.provenance,
        savings.provenance,
        copilot.provenance
    ) as provenance,
    greatest(
        executions.last_batch_id,
        productivity.last_batch_id,
        savings.last_batch_id,
        copilot.last_batch_id
    ) as last_batch_id
from executions
full outer join productivity using (client_id, engineer_email, metric_date)
full outer join savings using (client_id, engineer_email, metric_date)
full outer join copilot using (client_id, engineer_email, metric_date)
