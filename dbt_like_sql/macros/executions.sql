{#- The executions of every window of the relation `windows`. -#}
{% macro executions_of(windows) -%}
    select
        windows.window_kind,
        windows.start_date,
        windows.end_date,
        executions.*,
        executions.engineer_email as engineer_hash
    from {{ windows }} as windows
    inner join {{ ref('performance_metrics') }} as executions
        on
            executions.metric_date
            between windows.start_date and windows.end_date
    where {{ is_scored('executions.provenance') }}
{%- endmacro %}

{#- The failures of the relation `executions` by type, as JSON: one row a group. -#}
{% macro errors_by(keys) -%}
    select
        {{ keys }},
        cast(
            to_json(
                list({'type': type, 'count': n} order by n desc, type asc)
            ) as varchar
        ) as errors
    from (
        select
            {{ keys }},
            coalesce(nullif(error_type, ''), 'unknown') as type,
            count(*) as n
        from executions
        where success = 0
        group by all
    ) as failures
    group by {{ keys }}
{%- endmacro %}
