{% test not_null(model, column_name) %}
    select * from {{ model }} where {{ column_name }} is null
{% endtest %}

{% test unique(model, column_name) %}
    select
        {{ column_name }},
        count(*) as n_records
    from {{ model }}
    where {{ column_name }} is not null
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}

{% test accepted_values(model, column_name, values, quote=true) %}
    select
        {{ column_name }},
        count(*) as n_records
    from {{ model }}
    where {{ column_name }} not in (
        {%- for value in values %}
            {%- if quote %}'{{ value | replace("'", "''") }}'{% else %}{{ value }}{% endif %}
            {{- ", " if not loop.last }}
        {%- endfor -%}
    )
    group by {{ column_name }}
{% endtest %}

{% test relationships(model, column_name, to, field) %}
    select child.*
    from {{ model }} as child
    left join {{ to }} as parent on child.{{ column_name }} = parent.{{ field }}
    where child.{{ column_name }} is not null and parent.{{ field }} is null
{% endtest %}
