{#- The figures of weeks or months (`period`), from the days of `measure_days` and
    the samples of quantiles. -#}
{% macro period_figures(period, calendar_days, weekdays) -%}
with

{{ quarter_hours_of(period) }},

samples as (

    {{ touched(ref('quantile_measurements')) }}

),

days as (

    select
        *,
        {{ week_start('metric_date') }} as week_start,
        {{ month_start('metric_date') }} as month_start
    from {{ ref('measure_days') }}
    where {{ period }} in (select {{ period }} from quarter_hours)

),

{{ measure_statistics(period) }},

{{ metric_figures(period, calendar_days, weekdays) }}

select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    {{ period }},
    value,
    n,
    numerator,
    denominator,
    sum,
    sum_of_squares,
    coverage,
    days_with_data,
    provenance,
    first_observed_at,
    last_observed_at,
    last_batch_id
from figures
{%- endmacro %}
