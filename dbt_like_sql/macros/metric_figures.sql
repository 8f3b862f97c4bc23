{#- CTEs that end in `figures`: one row per entity, metric of the catalogue and
    period of the relation `statistics`. `calendar_days` and `weekdays` are how
    many of them the period holds. -#}
{% macro metric_figures(period, calendar_days, weekdays) %}
measured as (

    select
        statistics.*,
        metrics.metric,
        metrics.aggregation,
        case metrics.aggregation
            when 'rate' then statistics.total
            when 'share' then statistics.n
            when 'label_coverage' then statistics.n_labelled
        end as part,
        case metrics.aggregation
            when 'rate' then statistics.weight
            when 'share' then statistics.n_of_type
            else statistics.n
        end as whole,
        case metrics.aggregation
            when 'share' then statistics.n_of_type
            else statistics.n
        end as n_counted,
        case metrics.expected_days
            when 'weekdays' then statistics.n_weekdays
            else statistics.n_days
        end as days_with_data,
        case metrics.expected_days
            when 'weekdays' then {{ weekdays }}
            else {{ calendar_days }}
        end as days_expected
    from statistics
    inner join {{ ref('metrics') }} as metrics
        on
            statistics.system = metrics.system
            and statistics.entity_type = metrics.entity_type
            and statistics.measure = metrics.measure
            and {{ is_entity_of('statistics.entity_id', 'metrics.entities') }}

),

figures as (

    select
        system,
        client_id,
        entity_type,
        entity_id,
        metric,
        {{ period }},
        {{ rounded(aggregated()) }} as value,
        cast(round(n_counted) as bigint) as n,
        {{ rounded('part') }} as numerator,
        case when part is not null then {{ rounded('whole') }} end
            as denominator,
        {{ rounded('total') }} as sum,
        {{ rounded('total_of_squares') }} as sum_of_squares,
        {{ rounded('least(1, days_with_data / nullif(days_expected, 0))') }}
            as coverage,
        days_with_data,
        provenance,
        first_observed_at,
        last_observed_at,
        last_batch_id
    from measured

)
{%- endmacro %}

{#- The figure of one row of `measured` (figures.md, production logs). The spread is
    that of a sample (n - 1). -#}
{% macro aggregated() %}
    case aggregation
        when 'count' then n
        when 'sum' then total
        when 'mean' then total / weight
        when 'median' then quantile_values[1]
        when 'p95' then quantile_values[2]
        when 'p99' then quantile_values[3]
        when 'min' then minimum
        when 'max' then maximum
        when 'sd' then sqrt(
            greatest(total_of_squares - total * total / n, 0)
            / nullif(n - 1, 0)
        )
        else part / nullif(whole, 0)
    end
{%- endmacro %}

{#- A metric without named entities holds for whichever entity appears. -#}
{% macro is_entity_of(entity_id, entities) -%}
    (
        {{ entities }} is null
        or list_contains(string_split({{ entities }}, '|'), {{ entity_id }})
    )
{%- endmacro %}
