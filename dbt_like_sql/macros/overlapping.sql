{#- Whether an export is the best of its round, or lies over it. The day on which one
    ended and the next began is no overlap where both hold more than seven dates, as
    monthly exports do: of daily ones it would be half of what they hold. -#}
{% macro is_settled() -%}
    {%- set shared = 'cast(least(dates_covered, best_dates_covered) > 7 as integer)' -%}
    place = best_place
    or (
        first_date + {{ shared }} <= best_last_date
        and best_first_date + {{ shared }} <= last_date
    )
{%- endmacro %}

{#- The exports of a relation beside the best of their engineer. -#}
{% macro beside_best(relation) -%}
    select
        client_id,
        engineer_hash,
        exported_at,
        first_date,
        last_date,
        dates_covered,
        place,
        {% for column in [
            'place', 'first_date', 'last_date', 'dates_covered', 'exported_at',
        ] -%}
        first_value({{ column }}) over (
            partition by client_id, engineer_hash order by place
        ) as best_{{ column }}
        {%- if not loop.last %},{% endif %}
        {% endfor -%}
    from {{ relation }}
{%- endmacro %}
