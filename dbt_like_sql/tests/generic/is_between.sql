{#- The column stays within its bounds; NULL is allowed. -#}
{% test is_between(model, column_name, lowest, highest) %}
select *
from {{ model }}
where not {{ column_name }} between {{ lowest }} and {{ highest }}
{% endtest %}
