{#- The landed days of engineers that are in force: of the versions of a day the one
    that was written last counts, and one that may be judged before any that may not. -#}
{% macro days_in_force(table) -%}
    {%- set same_day = 'partition by client_id, engineer_hash, metric_date' -%}
    select
        *,
        max(batch_id) over ({{ same_day }}) as last_batch_id
    from {{ source('landing', table) }}
    qualify row_number() over (
        {{ same_day }}
        order by
            {{ is_scored() }} desc,
            written_at desc nulls last,
            batch_id desc,
            line_number desc,
            record_id asc
    ) = 1
{%- endmacro %}
