{#- The landed rows of a kind of reference file that are in force: such a file is state,
    its newest delivery counts, whole. -#}
{% macro rows_in_force(table) -%}
    select
        landed.*,
        current_files.delivery_batch_id,
        current_files.received_at
    from {{ source('landing', table) }} as landed
    inner join {{ ref('stg_engine_metrics__current_file') }} as current_files
        using (file_id)
{%- endmacro %}
