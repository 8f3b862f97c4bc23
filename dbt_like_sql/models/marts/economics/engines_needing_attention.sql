with

weeks as (

    {{ scored_periods(
        ref('scores_weekly'), 'week_start', week_start('days.score_date')
    ) }}

),

low_scores as (

    select
        weeks.client_id,
        weeks.engine_id,
        weeks.week_start,
        'low_score' as reason,
        'performance_score' as metric,
        weeks.score as value,
        rules.threshold as reference,
        weeks.n,
        printf(
            '%s %.2f, below %g', rules.label, weeks.score, rules.threshold
        ) as finding
    from weeks
    inner join {{ ref('engine_rules') }} as rules
        on rules.rule_id = 'low_score'
    -- A week is judged where one of the engine's metrics may be.
    semi join {{ ref('judged_figures') }} as judged
        on
            judged.system = 'engines'
            and weeks.client_id = judged.client_id
            and weeks.engine_id = judged.entity_id
            and weeks.week_start = judged.week_start
    where
        {{ compares('weeks.score', 'rules.comparator', 'rules.threshold') }}

),

compared as (

    select
        *,
        -comparison as shortfall
    from {{ ref('benchmark_comparison_weekly') }}
    where system = 'engines' and {{ is_scored() }}

),

shortfalls as (

    select
        compared.client_id,
        compared.entity_id as engine_id,
        compared.week_start,
        'below_benchmark' as reason,
        compared.metric,
        compared.value,
        compared.benchmark as reference,
        figures.n,
        concat(
            metrics.label, ' ', {{ shown('compared.value', 'metrics.unit') }},
            ', ', {{ shown('compared.shortfall', 'rules.unit') }},
            ' worse than the benchmark of ',
            {{ shown('compared.benchmark', 'metrics.unit') }}
        ) as finding
    from compared
    inner join {{ ref('judged_figures') }} as figures
        using (system, client_id, entity_type, entity_id, metric, week_start)
    inner join {{ ref('metrics') }} as metrics
        using (system, entity_type, metric)
    inner join {{ ref('engine_rules') }} as rules
        on rules.rule_id = 'below_benchmark'
    where
        {{ compares(
            'compared.shortfall', 'rules.comparator', 'rules.threshold'
        ) }}

)

select
    findings.client_id,
    findings.engine_id,
    findings.week_start,
    findings.reason,
    findings.metric,
    findings.value,
    findings.reference,
    findings.n,
    concat('Engine ', engines.engine_id, ' (', engines.name, '): ', finding)
        as sentence
from (
    select * from low_scores
    union all
    select * from shortfalls
) as findings
inner join {{ ref('engines') }} as engines using (engine_id)
inner join {{ ref('complete_weeks') }} as complete
    on complete.system = 'engines' and findings.week_start = complete.week_start
