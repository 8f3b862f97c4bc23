with

seen as (

    select max(metric_date) as last_date
    from {{ ref('engineer_days') }}

),

latest as (

    select {{ as_of('last_date') }} as as_of_date
    from seen

),

periods as (

    select
        'week' as window_kind,
        {{ week_start('metric_date') }} as start_date,
        start_date + 6 as last_date
    from {{ ref('engineer_days') }}
    union
    select
        'month' as window_kind,
        {{ month_start('metric_date') }} as start_date,
        last_day(metric_date) as last_date
    from {{ ref('engineer_days') }}
    union
    select
        'quarter' as window_kind,
        cast(date_trunc('quarter', metric_date) as date) as start_date,
        last_day(start_date + interval 2 months) as last_date
    from {{ ref('engineer_days') }}
    {% for n_days in [7, 14, 30, 90] -%}
    union
    select
        'days_{{ n_days }}' as window_kind,
        as_of_date - {{ n_days }} as start_date,
        as_of_date - 1 as last_date
    from latest
    {% endfor %}
)

select
    periods.window_kind,
    periods.start_date,
    -- A running period holds its complete days so far.
    least(periods.last_date, latest.as_of_date - 1) as end_date
from periods
cross join latest
where periods.start_date < latest.as_of_date
