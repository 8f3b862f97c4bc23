{#- One row an engineer and window of the relation `windows`: the sums of its dates.
    The window of equal length before tells the test coverage alone. -#}
{% macro engineer_sums(windows) %}
with

windows as (

    select
        *,
        end_date - start_date + 1 as n_days,
        start_date - cast(end_date - start_date + 1 as integer)
            as previous_start_date
    from {{ windows }}

),

dated as (

    select
        windows.*,
        days.*,
        days.metric_date >= windows.start_date as is_inside
    from windows
    inner join {{ ref('engineer_days') }} as days
        on
            days.metric_date
            between windows.previous_start_date and windows.end_date

),

summed as (

    select
        window_kind,
        start_date,
        end_date,
        n_days,
        client_id,
        engineer_hash,
        {% for column in value_summands() -%}
        sum({{ column }}) filter (where is_inside) as {{ column }},
        {% endfor -%}
        sum(cast(avg_context_tokens as hugeint) * context_injections)
            filter (where is_inside) as context_tokens,
        sum(context_injections) filter (
            where is_inside and avg_context_tokens is not null
        ) as injections_sized,
        sum(test_coverage_percent) filter (where is_inside)
            as test_coverage_total,
        count(test_coverage_percent) filter (where is_inside)
            as test_coverage_days,
        sum(test_coverage_percent) filter (where not is_inside)
            as previous_test_coverage_total,
        count(test_coverage_percent) filter (where not is_inside)
            as previous_test_coverage_days,
        count(*) filter (where is_inside and has_daily_row) as dates_covered,
        max(provenance) filter (where is_inside) as provenance,
        max(last_batch_id) filter (
            where is_inside or test_coverage_percent is not null
        ) as last_batch_id
    from dated
    group by
        window_kind, start_date, end_date, n_days, client_id, engineer_hash
    having bool_or(is_inside)

)

select
    *,
    n_days as days_expected,
    1 as engineers,
    cast(executions > 0 as bigint) as active_engineers,
    cast(commits is not null as bigint) as engineers_committing,
    cast(coalesce(tokens_saved, minutes_saved) is not null as bigint)
        as engineers_valued
from summed
{% endmacro %}
