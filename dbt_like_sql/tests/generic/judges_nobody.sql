{#- No row holds a person against anything. -#}
{% test judges_nobody(model) %}
select *
from {{ model }}
where {{ is_personal('entity_type') }}
{% endtest %}
