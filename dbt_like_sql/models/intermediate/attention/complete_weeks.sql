with

days as (

    select
        system,
        {{ week_start('metric_date') }} as week_start,
        {{ as_of('max(metric_date) over (partition by system)') }}
            as running_date
    from {{ ref('metric_daily') }}

)

-- The day that runs may still be filling: its week is not judged.
select distinct
    system,
    week_start
from days
where week_start + 7 <= running_date
