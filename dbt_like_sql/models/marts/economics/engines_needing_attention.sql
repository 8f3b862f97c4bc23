with

rules as (

    select * from {{ ref('engine_rules') }}
    where purpose = 'attention'

),

low_scores as (

    select
        scores.client_id,
        scores.entity_id as engine_id,
        scores.week_start,
        'low_score' as reason,
        'performance_score' as metric,
        cast(scores.performance_score as double) as value,
        rules.threshold as reference,
        concat(
            rules.label,
            ' ',
            {{ shown(
                'scores.performance_score', 'rules.unit', digits=2
            ) }},
            ', below ',
            {{ shown('rules.threshold', 'rules.unit') }}
        ) as finding
    from {{ ref('scores_weekly') }} as scores
    inner join rules on rules.rule_id = 'low_score'
    where
        scores.system = 'engines'
        and {{ compares(
            'scores.performance_score', 'rules.comparator', 'rules.threshold'
        ) }}

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
        concat(
            metrics.label, ' ', {{ shown('compared.value', 'metrics.unit') }},
            ', ', {{ shown('-compared.comparison', 'rules.unit') }},
            ' worse than the benchmark of ',
            {{ shown('compared.benchmark', 'metrics.unit') }}
        ) as finding
    from {{ ref('benchmark_comparison_weekly') }} as compared
    inner join {{ ref('metrics') }} as metrics
        using (system, entity_type, metric)
    inner join rules on rules.rule_id = 'below_benchmark'
    where
        compared.system = 'engines'
        and list_contains(
            {{ var('scored_provenances') }}, compared.provenance
        )
        and {{ compares(
            '-compared.comparison', 'rules.comparator', 'rules.threshold'
        ) }}

),

findings as (

    select * from low_scores
    union all
    select * from shortfalls

)

select
    findings.client_id,
    findings.engine_id,
    findings.week_start,
    findings.reason,
    findings.metric,
    findings.value,
    findings.reference,
    concat('Engine ', engines.engine_id, ' (', engines.name, '): ', finding)
        as sentence
from findings
inner join {{ ref('engines') }} as engines using (engine_id)
