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

observed as (

    select
        published.slug,
        published.uptime_rate as published,
        published.observed_at as published_at,
        probes.observed_at,
        cast(probes.is_up as double) as is_up,
        lag(probes.observed_at) over of_probe as previous_at,
        lead(probes.observed_at) over of_probe as next_at
    from published
    left join {{ ref('stg_uptime__probe_observation') }} as probes
        on
            published.slug = probes.slug
            and published.observed_at >= probes.observed_at
    window of_probe as (
        partition by published.slug order by probes.observed_at
    )

),

held as (

    select
        *,
        {{ held_hours(
            'observed_at', 'previous_at', 'next_at', 'published_at'
        ) }} as hours
    from observed

),

recomputed as (

    select
        slug,
        published,
        {{ rounded('sum(is_up * hours) / sum(hours)') }} as recomputed,
        count(is_up) as n
    from held
    group by slug, published

)

select
    slug,
    published,
    recomputed,
    n,
    {{ assumption('longest_hold_hours') }} as longest_hold_hours,
    coalesce(
        {{ rounded('abs(published - recomputed)') }} > 0.005, false
    ) as is_mismatch
from recomputed
