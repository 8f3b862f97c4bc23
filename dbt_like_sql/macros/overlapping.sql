{#- Whether an export is the best of its round, or lies over it. The day on which one
    ended and the next began is no overlap: monthly exports share it. -#}
{% macro is_settled() -%}
    place = best_place
    or (first_date < best_last_date and best_first_date < last_date)
{%- endmacro %}

{#- The exports of a relation beside the best of their engineer. -#}
{% macro beside_best(relation) -%}
    select
        client_id,
        engineer_hash,
        exported_at,
        first_date,
        last_date,
        place,
        {% for column in ['place', 'first_date', 'last_date', 'exported_at'] -%}
        first_value({{ column }}) over (
            partition by client_id, engineer_hash order by place
        ) as best_{{ column }}
        {%- if not loop.last %},{% endif %}
        {% endfor -%}
    from {{ relation }}
{%- endmacro %}
