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
from {{ ref('metric_weekly') }}
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
from {{ ref('daily_volumes') }}
where n_baseline_days >= 4
