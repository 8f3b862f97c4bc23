{#- What can be summed over days: one row per entity, measure and day of a relation
    that has `metric_date` and `counted` beside the columns of `observations`. -#}
{% macro statistics_of_days(relation) -%}
    select
        system,
        client_id,
        entity_type,
        entity_id,
        measure,
        metric_date,
        sum(counted) as n,
        coalesce(sum(counted) filter (where has_label), 0) as n_labelled,
        count(*) - count(value) as n_without_value,
        sum(weight) as weight,
        sum(weight * value) as total,
        sum(weight * value * value) as total_of_squares,
        min(value) as minimum,
        max(value) as maximum,
        -- 'measured' sorts first: one figure that is not measured taints all.
        max(provenance) as provenance,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        max(batch_id) as last_batch_id
    from {{ relation }}
    group by all
{%- endmacro %}

{#- CTEs that end in `statistics`: one row per entity, measure and period of the
    relation `days`, with the quantiles of the relation `samples`. -#}
{% macro measure_statistics(period) %}
    {%- set entity -%}
        system, client_id, entity_type, entity_id, measure, {{ period }}
    {%- endset %}
periods as (

    select
        {{ entity }},
        sum(n) as n,
        sum(n_labelled) as n_labelled,
        sum(weight) as weight,
        sum(total) as total,
        sum(total_of_squares) as total_of_squares,
        min(minimum) as minimum,
        max(maximum) as maximum,
        max(provenance) as provenance,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at,
        max(last_batch_id) as last_batch_id,
        count(*) as n_days,
        count(*) filter (where {{ is_weekday('metric_date') }}) as n_weekdays
    from days
    group by {{ entity }}

),

quantiles as (

    select
        {{ entity }},
        quantile_cont(value, [0.5, 0.95, 0.99]) as quantile_values
    from samples
    group by {{ entity }}

),

statistics as (

    select
        periods.*,
        quantiles.quantile_values,
        sum(periods.n) over (
            partition by
                periods.system,
                periods.client_id,
                periods.entity_type,
                periods.measure,
                periods.{{ period }}
        ) as n_of_type
    from periods
    left join quantiles
        using (
            {{ entity }}
        )

)
{%- endmacro %}
