{{ config(materialized='view') }}

with

clients as (

    select
        system,
        client_id
    from {{ ref('metric_weekly') }}
    union
    select
        system,
        '{{ var('client_id') }}' as client_id
    from {{ ref('systems') }}
    where system not in (select system from {{ ref('metric_weekly') }})

)

select
    metrics.system,
    clients.client_id,
    metrics.entity_type,
    unnest(string_split(metrics.entities, '|')) as entity_id,
    metrics.metric
from {{ ref('metrics') }} as metrics
inner join clients using (system)
where
    metrics.entities is not null
    -- A score is no figure: it stands in `scores`.
    and metrics.aggregation is distinct from 'score'
