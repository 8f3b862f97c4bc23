with

counted as (

    select
        *,
        {{ month_start('exported_at') }} as month_start,
        case when total_value_usd is not null then assistant_cost_usd end
            as valued_cost_usd
    from {{ ref('counted_exports') }}
    where is_counted

),

-- An engineer of several exports is one of the mean all the same.
returned as (

    select
        month_start,
        client_id,
        engineer_hash,
        case
            when count(*) = 1 then max(roi_multiplier)
            else sum(total_value_usd) / nullif(sum(valued_cost_usd), 0)
        end as roi_multiplier
    from counted
    group by month_start, client_id, engineer_hash

),

means as (

    select
        month_start,
        client_id,
        avg(roi_multiplier) as mean_roi_multiplier
    from returned
    group by month_start, client_id

)

select
    counted.month_start,
    counted.client_id,
    count(distinct counted.engineer_hash) as engineers,
    {{ rounded('sum(counted.cost_saved_usd)') }} as cost_saved_usd,
    {{ rounded('sum(counted.time_saved_hours)') }} as hours_saved,
    cast(sum(counted.commits) as bigint) as commits,
    cast(sum(counted.prs_merged) as bigint) as prs_merged,
    {{ rounded(
        'sum(memory_hits) / nullif(sum(memory_hits + memory_misses), 0)'
    ) }} as memory_hit_rate,
    {{ rounded('sum(counted.total_value_usd)') }} as total_value_usd,
    {{ rounded('sum(counted.assistant_cost_usd)') }} as assistant_cost_usd,
    {{ rounded('sum(total_value_usd) / nullif(sum(valued_cost_usd), 0)') }}
        as roi_multiplier,
    {{ rounded('max(means.mean_roi_multiplier)') }} as mean_roi_multiplier,
    max(counted.provenance) as provenance,
    max(counted.last_batch_id) as last_batch_id
from counted
inner join means using (month_start, client_id)
group by counted.month_start, counted.client_id
