{%- set kinds = [
    'client', 'client_goal', 'previous_method', 'client_satisfaction',
    'client_statement', 'engine_benchmark', 'client_probe',
] -%}

with

seen as (

    select
        client_id,
        provenance
    from {{ ref('metric_weekly') }}
    union all
    select
        client_id,
        provenance
    from {{ ref('engine_days') }}
    {% for kind in kinds %}
    union all
    select
        client_id,
        provenance
    from {{ ref('stg_engine_metrics__' ~ kind) }}
    {% endfor %}

),

keys as (

    select
        client_id,
        max(provenance) as provenance
    from seen
    -- A benchmark without a client is that of every client.
    where client_id <> ''
    group by client_id

),

named as (

    select * from {{ ref('stg_engine_metrics__client') }}
    qualify row_number() over (
        partition by client_id
        order by delivery_batch_id desc, line_number desc
    ) = 1

)

select
    {{ uuid5('keys.client_id') }} as id,
    keys.client_id as client_key,
    coalesce(named.name, keys.client_id) as name,
    named.industry,
    named.timezone,
    named.pilot_start_date,
    named.pilot_end_date,
    coalesce(named.provenance, keys.provenance) as provenance
from keys
left join named using (client_id)
