{#- Every row meets a condition. -#}
{% test holds(model, column_name, condition) %}
select *
from {{ model }}
where not ({{ condition }})
{% endtest %}
