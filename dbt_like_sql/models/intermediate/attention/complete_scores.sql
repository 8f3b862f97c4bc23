with

scores as (

    select * from {{ ref('scores') }}
    where performance_score is not null

),

running_days as (

    select
        system,
        client_id,
        {{ as_of('max(metric_date)') }} as running_date
    from {{ ref('metric_daily') }}
    group by system, client_id

)

-- The day that runs may still be filling: it is not judged.
select scores.*
from scores
inner join running_days using (system, client_id)
where scores.score_date < running_days.running_date
