select
    {{ uuid5("concat('client_engine_goal|', goals.goal_id)") }} as id,
    {{ uuid5('goals.client_id') }} as client_id,
    goals.entity_id as engine_id,
    goals.metric as goal_metric,
    {% for value in ['target_value', 'current_value'] %}
    cast(
        {{ in_percent('goals.' ~ value, 'metrics.unit') }} as decimal(38, 2)
    ) as {{ value }},
    {% endfor %}
    goals.status,
    goals.created_at,
    goals.client_id as client_key,
    {{ percent_unit('metrics.unit') }} as unit,
    cast(
        {{ in_percent('goals.start_value', 'metrics.unit') }} as decimal(38, 2)
    ) as start_value,
    goals.start_date,
    goals.due_date,
    goals.attainment,
    goals.is_overdue
from {{ ref('goals') }} as goals
inner join {{ ref('metrics') }} as metrics using (system, entity_type, metric)
where goals.system = 'engines' and goals.entity_type = 'engine'
