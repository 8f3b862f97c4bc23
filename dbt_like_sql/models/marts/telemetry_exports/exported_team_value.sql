with counted as (

    select
        *,
        {{ month_start('exported_at') }} as month_start,
        case when total_value_usd is not null then assistant_cost_usd end
            as valued_cost_usd
    from {{ ref('counted_exports') }}
    where is_counted

)

select
    month_start,
    client_id,
    count(distinct engineer_hash) as engineers,
    {{ rounded('sum(cost_saved_usd)') }} as cost_saved_usd,
    {{ rounded('sum(time_saved_hours)') }} as hours_saved,
    cast(sum(commits) as bigint) as commits,
    cast(sum(prs_merged) as bigint) as prs_merged,
    {{ rounded(
        'sum(memory_hits) / nullif(sum(memory_hits + memory_misses), 0)'
    ) }} as memory_hit_rate,
    {{ rounded('sum(total_value_usd)') }} as total_value_usd,
    {{ rounded('sum(assistant_cost_usd)') }} as assistant_cost_usd,
    {{ rounded('sum(total_value_usd) / nullif(sum(valued_cost_usd), 0)') }}
        as roi_multiplier,
    {{ rounded('avg(roi_multiplier)') }} as mean_roi_multiplier,
    max(provenance) as provenance,
    max(last_batch_id) as last_batch_id
from counted
group by month_start, client_id
