with

last_days as (

    select max(metric_date) as last_date
    from {{ ref('client_days') }}

),

scored_months as (

    {{ scored_periods(
        ref('scores_monthly'), 'month_start', month_start('days.score_date')
    ) }}

),

figures as (

    select
        client_id,
        month_start,
        'engine_excellence' as rule_id,
        engine_id,
        score as value,
        n,
        null as detail
    from scored_months
    union all
    select
        client_id,
        month_start,
        'roi_excellence' as rule_id,
        null as engine_id,
        roi_vs_traditional_pct as value,
        days_compared as n,
        traditional_basis as detail
    from {{ ref('economics_monthly') }}
    where not is_total
    union all
    select
        client_id,
        {{ month_start('recorded_date') }} as month_start,
        'client_impact' as rule_id,
        engine_id,
        count(*) as value,
        count(*) as n,
        null as detail
    from {{ ref('stg_engine_metrics__client_statement') }}
    where is_significant_impact and {{ is_scored() }}
    group by all
    union all
    select
        client_id,
        month_start,
        'sustained_excellence' as rule_id,
        null as engine_id,
        count(*) as value,
        min(n) as n,
        string_agg(engine_id, ', ' order by engine_id) as detail
    from {{ ref('sustained_engines') }}
    group by client_id, month_start

)

select
    figures.client_id,
    figures.month_start,
    figures.rule_id as proof_id,
    figures.engine_id,
    rules.label,
    rules.unit,
    figures.value,
    rules.threshold as line,
    figures.n,
    rules.minimum_n,
    rules.is_statistical as needs_test,
    case
        when figures.n < rules.minimum_n then 'not_enough_data'
        else 'reached'
    end as status,
    figures.detail
from figures
inner join {{ ref('engine_rules') }} as rules using (rule_id)
cross join last_days
where
    {{ compares('figures.value', 'rules.comparator', 'rules.threshold') }}
    -- A month is reported when its last day is over.
    and last_day(figures.month_start) < {{ as_of('last_days.last_date') }}
