select *
from {{ ref('recommendation_rules') }}
where rule_id not in (select rule_id from {{ ref('recommendation_actions') }})
