{#- The periods in which one of the relations (given with their columns) holds
    something newer than the rows of this model, or all of them when it is built
    anew. -#}
{% macro newer_periods(columns) -%}
    {%- for relation, column in columns %}
    select {{ column }}
    from {{ relation }}
    {%- if is_incremental() %}
    where last_batch_id > (
        select coalesce(max(last_batch_id), -1) from {{ this }}
    )
    {%- endif %}
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- The rows of a relation that lie in such periods. -#}
{% macro newer(relation, column) -%}
    select *
    from {{ relation }}
    where {{ column }} in ({{ newer_periods([(relation, column)]) }})
{%- endmacro %}
