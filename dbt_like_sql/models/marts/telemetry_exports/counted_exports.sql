with recursive

-- One that states no period is of 30 days, the original's default.
dated as (

    select
        *,
        coalesce(period_days, 30) as n_days,
        coalesce(collection_start, exported_at - to_days(n_days)) as starts_at,
        cast(starts_at as date) as first_date,
        cast(
            starts_at + to_days(n_days) - interval 1 microsecond as date
        ) as last_date,
        last_date - first_date + 1 as dates_covered
    from {{ ref('stg_telemetry__value_export') }}
    where {{ is_scored() }}

),

placed as (

    select
        *,
        row_number() over (
            partition by client_id, engineer_hash
            order by dates_covered desc, exported_at desc, record_id asc
        ) as place
    from dated

),

-- Each round settles the best that is left, and what overlaps it: what overlaps
-- only an export that does not count goes on.
rounds as (

    {{ beside_best('placed') }}
    union all
    {{ beside_best('rounds') }}
    where not ({{ is_settled() }})

),

settled as (

    select
        client_id,
        engineer_hash,
        place,
        place = best_place as is_counted,
        case when place <> best_place then best_exported_at end as overlaps_with
    from rounds
    where {{ is_settled() }}

)

select
    client_id,
    engineer_hash,
    exported_at,
    period_days,
    {% for column in [
        'platform', 'cortex_version', 'collection_start', 'total_executions',
        'capabilities_used', 'avg_success_rate', 'tokens_saved',
        'api_calls_avoided', 'cost_saved_usd', 'time_saved_hours',
        'daily_average_usd', 'monthly_projection_usd', 'annual_projection_usd',
        'commits', 'prs_created', 'prs_merged', 'lines_added', 'lines_deleted',
        'avg_test_coverage', 'bugs_fixed', 'code_reviews', 'commits_per_day',
        'memory_hits', 'memory_misses', 'memory_hit_rate',
        'context_injections', 'avg_context_tokens', 'suggestions_accepted',
        'suggestions_rejected', 'acceptance_rate', 'assistant_cost_usd',
        'total_value_usd', 'roi_multiplier', 'productivity_gain_percent',
        'quality_score',
    ] -%}
    {{ column }},
    {% endfor -%}
    dates_covered,
    first_date,
    last_date,
    is_counted,
    overlaps_with,
    provenance,
    batch_id as last_batch_id
from placed
inner join settled using (client_id, engineer_hash, place)
