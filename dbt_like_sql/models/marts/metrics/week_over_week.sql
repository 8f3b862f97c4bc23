with

weeks as (

    select * from {{ ref('metric_weekly') }}
    where not {{ is_personal('entity_type') }}

),

paired as (

    select
        this_week.*,
        last_week.value as previous_value,
        last_week.n as previous_n,
        last_week.numerator as previous_numerator,
        last_week.sum as previous_sum,
        last_week.sum_of_squares as previous_sum_of_squares
    from weeks as this_week
    left join weeks as last_week
        on
            this_week.system = last_week.system
            and this_week.client_id = last_week.client_id
            and this_week.entity_type = last_week.entity_type
            and this_week.entity_id = last_week.entity_id
            and this_week.metric = last_week.metric
            and this_week.week_start = last_week.week_start + 7

)

select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    week_start,
    value,
    previous_value,
    {{ rounded(
        '(value - previous_value) / nullif(abs(previous_value), 0) * 100'
    ) }} as change_pct,
    n,
    previous_n,
    numerator,
    previous_numerator,
    sum,
    previous_sum,
    sum_of_squares,
    previous_sum_of_squares
from paired
