with

targets as (

    select
        goal_targets.*,
        metrics.direction
    from {{ ref('goal_targets') }} as goal_targets
    inner join {{ ref('metrics') }} as metrics
        using (system, entity_type, metric)

),

figures as (

    select
        *,
        max(metric_date) over (partition by system) as last_date
    from {{ ref('metric_daily') }}

),

current_figures as (

    select
        system,
        client_id,
        entity_type,
        entity_id,
        metric,
        max(metric_date) as current_date_of_metric,
        max_by(value, metric_date) as current_value,
        any_value(last_date) as last_date
    from figures
    where value is not null
    group by all

),

measured as (

    select
        targets.*,
        current_figures.current_value,
        {{ attainment('current_value', 'target_value', 'direction') }}
            as attainment,
        case direction
            when 'lower' then current_value <= target_value
            else current_value >= target_value
        end as is_reached,
        due_date < {{ as_of('last_date') }} as is_past_due,
        -- Where the straight line from the start stands on the due date.
        start_value
        + (current_value - start_value)
        * (due_date - start_date)
        / nullif(current_date_of_metric - start_date, 0) as value_when_due
    from targets
    left join current_figures
        using (system, client_id, entity_type, entity_id, metric)

),

judged as (

    select
        *,
        case
            when value_when_due is null then attainment >= 0.9
            when direction = 'lower' then value_when_due <= target_value
            else value_when_due >= target_value
        end as is_on_course
    from measured

)

select
    goal_id,
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    target_value,
    current_value,
    {{ rounded('attainment') }} as attainment,
    case
        when current_value is null then null
        when is_reached then 'exceeded'
        when is_on_course and not coalesce(is_past_due, false) then 'on_track'
        else 'at_risk'
    end as status,
    coalesce(is_past_due and not is_reached, false) as is_overdue,
    start_value,
    start_date,
    due_date
from judged
