with

published as (

    select
        slug,
        uptime_rate,
        observed_at
    from {{ ref('stg_uptime__published_uptime') }}
    where uptime_rate is not null
    qualify row_number() over (
        partition by slug order by observed_at desc, batch_id desc
    ) = 1

),

recomputed as (

    select
        published.slug,
        published.uptime_rate as published,
        {{ rounded('avg(cast(probes.is_up as double))') }} as recomputed,
        count(probes.is_up) as n
    from published
    left join {{ ref('stg_uptime__probe_observation') }} as probes
        on
            published.slug = probes.slug
            and published.observed_at >= probes.observed_at
    group by all

)

select
    slug,
    published,
    recomputed,
    n,
    coalesce(
        {{ rounded('abs(published - recomputed)') }} > 0.005, false
    ) as is_mismatch
from recomputed
