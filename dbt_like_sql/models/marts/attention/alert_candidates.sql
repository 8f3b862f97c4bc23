with

weeks as (

    select * from {{ ref('metric_weekly') }}

),

volumes as (

    select * from {{ ref('daily_volumes') }}

),

thresholds as (

    select
        *,
        comparator = 'below_weekday_median' as is_volume
    from {{ ref('thresholds') }}
    where purpose = 'alert'

),

catalogue as (

    select * from {{ ref('metrics') }}

),

figures as (

    select
        system,
        client_id,
        entity_type,
        entity_id,
        metric,
        week_start,
        week_start as begins_on,
        value,
        n,
        1.0 as scale,
        false as is_volume
    from weeks
    union all
    select
        system,
        client_id,
        entity_type,
        entity_id,
        metric,
        {{ week_start('metric_date') }} as week_start,
        metric_date as begins_on,
        value,
        cast(value as bigint) as n,
        baseline as scale,
        true as is_volume
    from volumes
    where n_baseline_days >= 4

),

crossed as (

    select
        figures.*,
        thresholds.rule_id,
        thresholds.level_or_severity as severity,
        thresholds.threshold * figures.scale as threshold
    from figures
    inner join thresholds
        using (system, entity_type, entity_id, metric, is_volume)
    where {{ compares(
        'figures.value',
        'thresholds.comparator',
        'thresholds.threshold * figures.scale'
    ) }}
    -- 'critical' sorts before 'warning': the graver one stands for both.
    qualify row_number() over (
        partition by
            figures.system,
            figures.client_id,
            figures.entity_type,
            figures.entity_id,
            figures.metric,
            figures.begins_on,
            thresholds.rule_id
        order by thresholds.level_or_severity
    ) = 1

)

select
    {{ keyed([
        'system', 'client_id', 'entity_type', 'entity_id', 'metric',
        'begins_on', 'rule_id',
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
    concat(
        catalogue.label,
        case when is_volume then concat(' on ', begins_on) else '' end,
        ': ',
        {{ shown('value', 'catalogue.unit') }},
        case
            when is_volume then '; this weekday usually has more than '
            else '; the limit is '
        end,
        {{ shown('threshold', 'catalogue.unit') }}
    ) as message
from crossed
inner join catalogue using (system, entity_type, metric)
