{#- No two rows share the grain; NULLs count as equal. -#}
{% test is_unique_by(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as n_rows
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
