-- The figures of any window [window_start, window_end), given in UTC, with
-- `no_data` for what the catalogue knows and no record tells.

with

{{ window_days(var('zone') or var('reporting_timezone')) }},

observed as (

    {{ dated(counted_observations(
        "timestamp '" ~ var('window_start') ~ "'",
        "timestamp '" ~ var('window_end') ~ "'"
    )) }}

),

days as (

    select
        *,
        true as is_in_window
    from ({{ statistics_of_days('observed') }})

),

samples as (

    select
        *,
        true as is_in_window
    from {{ ref('observations') }}
    where
        {{ is_in_window() }}
        {%- if var('system') %}
        and system = '{{ var('system') }}'
        {%- endif %}
        -- As `quantile_measurements`, which is not published.
        and (system, entity_type, measure) in ({{ quantile_measures() }})

),

{{ measure_statistics('is_in_window') }},

{{ metric_figures(
    'is_in_window',
    calendar_days='(select count(*) from calendar)',
    weekdays='(select count(*) from calendar where '
    ~ is_weekday('day') ~ ')'
) }}

select
    metrics.system,
    client_id,
    metrics.entity_type,
    entity_id,
    metrics.metric,
    metrics.unit,
    figures.value,
    coalesce(figures.n, 0) as n,
    coalesce(figures.coverage, 0) as coverage,
    case
        when figures.value is null then 'no_data'
        when figures.n < metrics.minimum_sample then 'below_minimum_sample'
        else 'ok'
    end as status
from {{ ref('expected_figures') }}
full outer join figures
    using (system, client_id, entity_type, entity_id, metric)
inner join {{ ref('metrics') }} as metrics
    using (system, entity_type, metric)
{% if var('system') %}
where system = '{{ var('system') }}'
{% endif %}
order by all
