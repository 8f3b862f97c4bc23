{#- The window [window_start, window_end) of an analysis, on `observed_at`. -#}
{% macro is_in_window() -%}
    observed_at >= timestamp '{{ var('window_start') }}'
    and observed_at < timestamp '{{ var('window_end') }}'
{%- endmacro %}

{#- CTEs `calendar`, the days of the window, and `quarter_hours`, those of them that
    may hold records: a day of any zone begins after the UTC day before it, and
    ends before the next but one. -#}
{% macro window_days(zone) %}
bounds as (

    select
        timestamp '{{ var('window_start') }}' as starts_at,
        timestamp '{{ var('window_end') }}' as ends_at,
        {{ local_date('starts_at', zone) }} as first_date,
        {{ local_date('ends_at - interval 1 microsecond', zone) }} as last_date

),

calendar as (

    select
        cast(
            unnest(generate_series(first_date, last_date, interval 1 day))
            as date
        ) as day
    from bounds

),

recorded as (

    select
        min(metric_date) - 1 as starts_at,
        max(metric_date) + 2 as ends_at
    from {{ ref('metric_daily') }}

),

quarter_hours as (

    select
        unnest(
            generate_series(
                greatest({{ quarter_hour('bounds.starts_at') }}, recorded.starts_at),
                least(bounds.ends_at, recorded.ends_at),
                interval 15 minutes
            )
        ) as quarter_hour,
        {{ local_date('quarter_hour', zone) }} as metric_date
    from bounds
    cross join recorded

)
{%- endmacro %}
