with

exports as (

    select *
    from {{ ref('counted_exports') }}
    where is_counted

),

capabilities as (

    select * from {{ ref('stg_telemetry__value_export_capability') }}

)

select
    exports.client_id,
    exports.engineer_hash,
    exports.exported_at,
    exports.period_days,
    exports.platform,
    capabilities.capability,
    capabilities.executions,
    -- Rates are exported with three digits: below 500, this is the count.
    cast(round(capabilities.executions * capabilities.success_rate) as bigint)
        as successes,
    capabilities.avg_ms,
    exports.last_batch_id
from exports
inner join capabilities
    on
        exports.client_id = capabilities.client_id
        and exports.engineer_hash = capabilities.engineer_hash
        and exports.exported_at = capabilities.exported_at
        and exports.period_days is not distinct from capabilities.period_days
