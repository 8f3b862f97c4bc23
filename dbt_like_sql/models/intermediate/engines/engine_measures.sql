-- No CTE: a view keeps it materialized, and filters would stop at it.
select
    'engines' as system,
    client_id,
    'engine' as entity_type,
    engine_id as entity_id,
    metric as measure,
    observed_at,
    value,
    true as has_label,
    cast(null as timestamp) as held_until,
    weight,
    provenance,
    record_id,
    last_batch_id as batch_id
from (
    select
        observed.*,
        catalogue.metric,
        catalogue.lower_bound,
        catalogue.upper_bound,
        case catalogue.metric
            when 'operational_cost_usd' then observed.operational_cost_usd
            when 'value_generated_usd' then observed.value_generated_usd
            when 'units_of_work' then observed.units_of_work
            else coalesce(
                {{ number_of('observed.metrics', 'catalogue.metric') }},
                {{ number_of('observed.metrics', 'catalogue.percent_name') }}
                / 100
            )
        end as value,
        -- Without work there is no rate of it.
        case catalogue.additivity
            when 'weighted_mean'
                then greatest(coalesce(observed.units_of_work, 1), 0)
            else 1
        end as weight
    from {{ ref('engine_days') }} as observed
    inner join {{ ref('engine_metric_catalogue') }} as catalogue
        using (engine_id)
)
where
    weight > 0
    and isfinite(value)
    and value >= coalesce(lower_bound, value)
    and value <= coalesce(upper_bound, value)
