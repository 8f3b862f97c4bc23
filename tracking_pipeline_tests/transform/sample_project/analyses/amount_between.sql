select sum(amount) as amount
from {{ ref("stg_events") }}
where event_date between '{{ var("start_date") }}' and '{{ var("end_date") }}'
