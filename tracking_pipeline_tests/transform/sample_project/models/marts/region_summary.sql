select
    regions.region,
    count(*) as n_events,
    {{ mean_of("totals.total", "mean_total") }},
    sum(doubled.doubled) as doubled_total
from {{ ref("sample", "stg_events") }} as events
inner join {{ ref("int_totals") }} as totals using (event_id)
inner join {{ ref("int_doubled") }} as doubled using (event_id)
inner join {{ ref("regions") }} as regions using (region_id)
group by regions.region
