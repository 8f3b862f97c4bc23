with

weeks as (

    {{ scored_periods(
        ref('scores_weekly'), 'week_start', week_start('days.score_date')
    ) }}

),

months as (

    select distinct month_start
    from {{ ref('scores_monthly') }}
    where system = 'engines'

)

select
    weeks.client_id,
    months.month_start,
    weeks.engine_id,
    min(weeks.n) as n
from weeks
inner join months
    -- The last four Saturdays of a month lie among its last 28 days.
    on
        weeks.week_start + 6 <= last_day(months.month_start)
        and weeks.week_start + 34 > last_day(months.month_start)
-- 100 is the score of who attains every benchmark.
where weeks.score > 100
group by weeks.client_id, months.month_start, weeks.engine_id
having count(*) = 4
