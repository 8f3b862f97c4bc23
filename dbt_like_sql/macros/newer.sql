{#- The rows of a relation that lie in periods with something newer than the rows of
    this model, or all of them when it is built anew. -#}
{% macro newer(relation, period) -%}
    select *
    from {{ relation }}
    {%- if is_incremental() %}
    where {{ period }} in (
        select {{ period }}
        from {{ relation }}
        where last_batch_id > (
            select coalesce(max(last_batch_id), -1) from {{ this }}
        )
    )
    {%- endif %}
{%- endmacro %}
