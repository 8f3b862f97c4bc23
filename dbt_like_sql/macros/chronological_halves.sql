{#- CTEs that end in `daily`: what a trend compares. `halved` are the executions, each in
    the first (smaller) or second half of its own by time; `daily` has the means of their
    days, since executions of one day resemble each other. A day that both halves share
    counts in each with the executions that lie there. -#}
{% macro chronological_halves(keys, halves) %}
halved as (

    select
        *,
        row_number() over (
            partition by {{ keys }}
            order by duration_ms is null, timestamp, id
        )
        <= count(duration_ms) over (partition by {{ keys }}) // 2
            as is_first_half
    from executions

),

days as (

    select
        {{ keys }},
        is_first_half,
        avg(duration_ms) as mean_ms
    from halved
    where duration_ms is not null
    group by {{ keys }}, metric_date, is_first_half

),

daily as (

    select
        {{ keys }},
        {% for half, condition in halves -%}
        count(*) filter (where {{ condition }}) as {{ half }}_days,
        avg(mean_ms) filter (where {{ condition }}) as {{ half }}_day_mean,
        stddev_samp(mean_ms) filter (where {{ condition }}) as {{ half }}_day_sd
        {{- ',' if not loop.last }}
        {% endfor %}
    from days
    group by {{ keys }}

)
{%- endmacro %}
