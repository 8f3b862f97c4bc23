with

thresholds as (

    select
        *,
        case comparator
            when 'below_weekday_median' then 'volume'
            when 'days_without_data' then 'silence'
            else 'figure'
        end as judged_as
    from {{ ref('thresholds') }}
    where purpose = 'alert'

),

crossed as (

    select
        figures.*,
        thresholds.rule_id,
        thresholds.level_or_severity as severity,
        thresholds.threshold * figures.scale as threshold
    from {{ ref('watched_figures') }} as figures
    inner join thresholds
        on
            figures.system = thresholds.system
            and figures.entity_type = thresholds.entity_type
            and figures.entity_id
            = coalesce(thresholds.entity_id, figures.entity_id)
            and figures.metric = thresholds.metric
            and figures.judged_as = thresholds.judged_as
    where {{ compares(
        'figures.value',
        'thresholds.comparator',
        'thresholds.threshold * figures.scale'
    ) }}
    -- 'critical' sorts before 'warning': the graver one stands for both, and
    -- the first such day for its week.
    qualify row_number() over (
        partition by
            figures.system,
            figures.client_id,
            figures.entity_type,
            figures.entity_id,
            figures.metric,
            figures.week_start,
            thresholds.rule_id
        order by thresholds.level_or_severity, figures.begins_on
    ) = 1

)

select
    {{ keyed([
        'system', 'client_id', 'entity_type', 'entity_id', 'metric',
        'week_start', 'rule_id',
    ]) }} as alert_id,
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    week_start,
    severity,
    value,
    {{ rounded('threshold') }} as threshold,
    n,
    rule_id,
    case
        when judged_as = 'silence'
            then concat(
                'Engine ', entity_id, ' of ', client_id, ' sent nothing on ',
                {{ shown('value', "'count'") }},
                ' complete days of the week: ', silent_days
            )
        else concat(
            metrics.label,
            case when is_daily then concat(' on ', begins_on) else '' end,
            ': ',
            {{ shown('value', 'metrics.unit') }},
            case judged_as
                when 'volume' then '; this weekday usually has more than '
                else '; the limit is '
            end,
            {{ shown('threshold', 'metrics.unit') }}
        )
    end as message
from crossed
inner join {{ ref('metrics') }} as metrics using (system, entity_type, metric)
