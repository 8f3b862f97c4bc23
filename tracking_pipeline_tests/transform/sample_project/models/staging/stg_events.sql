{% set amounts = ["amount", "tax"] %}
select
    event_id,
    region_id,
    person,
    observed_at::date as event_date,
    {%- for column in amounts %}
    {{ column }},
    {%- endfor %}
    labels
from {{ source("landing", "events") }}
where amount >= {{ var("minimum_amount") }}
