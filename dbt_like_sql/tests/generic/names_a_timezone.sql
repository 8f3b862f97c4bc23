{#- The database engine knows the zone. -#}
{% test names_a_timezone(model, column_name) %}
with zones as (select list(name order by name) as names from pg_timezone_names())

select
    *,
    {{ column_name }} as misnamed,
    zones.names as allowed
from {{ model }}
cross join zones
where not list_contains(zones.names, {{ column_name }})
{% endtest %}
