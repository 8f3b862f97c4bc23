-- The figures of any window [window_start, window_end), given in UTC, with
-- `no_data` for what the catalogue knows and no record tells.
{%- set zone = var('zone') or var('reporting_timezone') %}

with

catalogue as (

    select * from {{ ref('metrics') }}
    {% if var('system') %}
    where system = '{{ var('system') }}'
    {% endif %}

),

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

-- A day of any zone lies within a day of the one of the same date in another.
quarter_hours as (

    select
        unnest(
            generate_series(
                greatest(
                    {{ quarter_hour('starts_at') }},
                    (select min(metric_date) - 1 from {{ ref('metric_daily') }})
                ),
                least(
                    ends_at,
                    (select max(metric_date) + 2 from {{ ref('metric_daily') }})
                ),
                interval 15 minutes
            )
        ) as quarter_hour,
        {{ local_date('quarter_hour', zone) }} as metric_date,
        true as is_in_window
    from bounds

),

-- Not materialized: it holds every measurement, and is read twice.
observed as not materialized (

    {{ dated(ref('observations')) }}
    where
        observed_at >= timestamp '{{ var('window_start') }}'
        and observed_at < timestamp '{{ var('window_end') }}'

),

days as (

    select
        *,
        true as is_in_window
    from ({{ statistics_of_days() }})

),

{{ measure_statistics('is_in_window') }},

{{ metric_figures(
    'is_in_window',
    calendar_days='(select count(*) from calendar)',
    weekdays='(select count(*) from calendar where '
    ~ is_weekday('day') ~ ')'
) }},

clients as (

    select distinct
        system,
        client_id
    from {{ ref('metric_daily') }}
    union
    select
        system,
        '{{ var('client_id') }}' as client_id
    from {{ ref('systems') }}
    where system not in (select system from {{ ref('metric_daily') }})

),

known as (

    select
        catalogue.system,
        clients.client_id,
        catalogue.entity_type,
        unnest(string_split(catalogue.entities, '|')) as entity_id,
        catalogue.metric
    from catalogue
    inner join clients using (system)
    where catalogue.entities is not null

)

select
    catalogue.system,
    client_id,
    catalogue.entity_type,
    entity_id,
    catalogue.metric,
    catalogue.unit,
    figures.value,
    coalesce(figures.n, 0) as n,
    coalesce(figures.coverage, 0) as coverage,
    case
        when figures.value is null then 'no_data'
        when figures.n < catalogue.minimum_sample then 'below_minimum_sample'
        else 'ok'
    end as status
from known
full outer join figures
    using (system, client_id, entity_type, entity_id, metric)
inner join catalogue using (system, entity_type, metric)
order by all
