select rules.*
from {{ ref('recommendation_rules') }} as rules
anti join {{ ref('recommendation_actions') }} as actions
    using (rule_id)
