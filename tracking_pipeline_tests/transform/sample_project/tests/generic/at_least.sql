{% test at_least(model, column_name, bound) %}
    select * from {{ model }} where {{ column_name }} < {{ bound }}
{% endtest %}
