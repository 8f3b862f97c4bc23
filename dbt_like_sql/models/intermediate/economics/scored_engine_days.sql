select
    client_id,
    engine_id,
    metric_date,
    {{ week_start('metric_date') }} as week_start,
    {{ month_start('metric_date') }} as month_start,
    operational_cost_usd,
    value_generated_usd,
    units_of_work,
    provenance,
    last_batch_id
from {{ ref('engine_days') }}
where {{ is_scored() }}
