with

capabilities as (

    select
        client_id,
        engineer_hash,
        exported_at,
        period_days,
        sum(executions) as executions,
        count(*) as capabilities,
        avg(success_rate) as success_rate
    from {{ ref('stg_telemetry__value_export_capability') }}
    group by client_id, engineer_hash, exported_at, period_days

),

exports as (

    select
        exports.*,
        null as report_hash,
        capabilities.executions,
        capabilities.capabilities,
        capabilities.success_rate,
        nullif(exports.period_days, 0) as n_days,
        {{ assumption('engineer_hourly_rate_usd') }}
        * {{ assumption('time_efficiency') }} as hour_usd,
        nullif({{ assumption('baseline_commits_per_day') }}, 0) as baseline
    from {{ ref('counted_exports') }} as exports
    left join capabilities
        on
            exports.client_id = capabilities.client_id
            and exports.engineer_hash = capabilities.engineer_hash
            and exports.exported_at = capabilities.exported_at
            and exports.period_days
            is not distinct from capabilities.period_days

),

engineers as (

    select
        client_id,
        generated_at,
        report_hash,
        count(*) as engineers,
        sum(cost_savings_usd) as cost_savings_usd,
        sum(time_saved_hours) as time_saved_hours,
        avg(roi_multiplier) as roi_multiplier,
        sum(commits) as commits,
        sum(prs_merged) as prs_merged
    from {{ ref('stg_telemetry__team_export_engineer') }}
    where {{ is_scored() }}
    group by client_id, generated_at, report_hash

),

teams as (

    select
        teams.* exclude (generated_at),
        teams.generated_at as exported_at,
        null as engineer_hash,
        null as period_days,
        engineers.* exclude (client_id, generated_at, report_hash)
    from {{ ref('stg_telemetry__team_export') }} as teams
    inner join engineers using (client_id, generated_at, report_hash)
    where {{ is_scored('teams.provenance') }}

),

recomputed as (

    {{ recomputed_figures('individual', 'exports', exported_formulas()) }}
    union all
    {{ recomputed_figures('team', 'teams', exported_team_formulas()) }}

)

select
    client_id,
    origin,
    engineer_hash,
    exported_at,
    period_days,
    report_hash,
    figure,
    {{ rounded('exported') }} as exported,
    {{ rounded('recomputed') }} as recomputed,
    {{ rounded('exported / nullif(recomputed, 0) - 1') }} as difference,
    abs(exported - recomputed)
    > greatest(abs(recomputed) * 0.005, rounding + 1e-9) as is_mismatch
from recomputed
where exported is not null and recomputed is not null
