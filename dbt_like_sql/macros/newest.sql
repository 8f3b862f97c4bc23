{#- Of the landed rows of a kind that share a key, the one that was written last:
    the newest version of what they say. -#}
{% macro newest(table, key, written_at) -%}
    select
        *,
        max(batch_id) over same_key as last_batch_id
    from {{ source('landing', table) }}
    window same_key as (partition by {{ key | join(', ') }})
    qualify row_number() over (
        partition by {{ key | join(', ') }}
        order by
            {{ written_at }} desc nulls last,
            batch_id desc,
            line_number desc,
            record_id
    ) = 1
{%- endmacro %}
