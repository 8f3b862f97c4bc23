{#- The CTE `quarter_hours`: those of the periods (`metric_date`, `week_start` or `month_start`)
    that hold records newer than the rows of this model, or all of them when it is
    built anew. -#}
{% macro quarter_hours_of(period) %}
quarter_hours as (

    select
        quarter_hour,
        metric_date,
        week_start,
        month_start
    from {{ ref('local_quarter_hours') }}
    {% if is_incremental() %}
    where {{ period }} in (
        select {{ period }}
        from {{ ref('local_quarter_hours') }}
        where last_batch_id > (
            select coalesce(max(last_batch_id), -1) from {{ this }}
        )
    )
    {% endif %}

)
{%- endmacro %}

{#- The rows of a relation (or of a subquery) with the day, week and month of their quarter hour. A left
    join: a row without one fails the tests, and the optimizer keeps the few
    quarter hours in memory. -#}
{% macro dated(relation) -%}
    select
        dated.*,
        quarter_hours.* exclude (quarter_hour)
    from {{ relation }} as dated
    left join quarter_hours
        on {{ quarter_hour('dated.observed_at') }} = quarter_hours.quarter_hour
{%- endmacro %}

{#- Those of them that lie in the quarter hours. The bounds on `observed_at` are
    what scans of the landed tables can use; the far date, when there is no quarter
    hour, spares the scan. -#}
{% macro touched(relation) -%}
    {{ dated(relation) }}
    {%- if is_incremental() %}
    where
        quarter_hours.quarter_hour is not null
        and dated.observed_at >= (
            select coalesce(min(quarter_hour), timestamp '9999-01-01')
            from quarter_hours
        )
        and dated.observed_at < (
            select max(quarter_hour) + interval 15 minutes
            from quarter_hours
        )
    {%- endif %}
{%- endmacro %}
