with

goals as (

    select
        goals.*,
        metrics.direction,
        metrics.minimum_sample
    from {{ ref('effective_goals') }} as goals
    inner join {{ ref('metrics') }} as metrics
        using (system, entity_type, metric)

),

running_days as (

    select
        system,
        {{ as_of('max(metric_date)') }} as running_date
    from {{ ref('metric_daily') }}
    group by system

),

-- The day that runs may still be filling: it is not judged.
current_figures as (

    select
        goals.goal_id,
        max(figures.metric_date) as metric_date,
        max_by(figures.value, figures.metric_date) as current_value
    from {{ ref('metric_daily') }} as figures
    inner join goals using (system, client_id, entity_type, entity_id, metric)
    inner join running_days using (system)
    where
        figures.value is not null
        and {{ is_enough('figures.n', 'goals', 'metric_date') }}
        and {{ is_scored('figures.provenance') }}
        and figures.metric_date < running_days.running_date
    group by goals.goal_id

),

measured as (

    select
        goals.*,
        current_figures.current_value,
        {{ rounded(attainment('current_value', 'target_value', 'direction')) }}
            as attainment,
        case direction
            when 'lower' then current_value <= target_value
            else current_value >= target_value
        end as is_reached,
        due_date < running_days.running_date as is_past_due,
        -- Where the straight line from the start stands on the due date.
        case when current_figures.metric_date > start_date then {{ rounded(
            'start_value + (current_value - start_value)'
            ~ ' * (due_date - start_date)'
            ~ ' / (current_figures.metric_date - start_date)'
        ) }} end as value_when_due
    from goals
    left join current_figures using (goal_id)
    left join running_days using (system)

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
    attainment,
    case
        when current_value is null then null
        when is_reached then 'exceeded'
        when is_on_course and not coalesce(is_past_due, false) then 'on_track'
        else 'at_risk'
    end as status,
    coalesce(is_past_due and not is_reached, false) as is_overdue,
    start_value,
    start_date,
    due_date,
    created_at
from judged
