{#- When what was delivered was received: once a file and batch. -#}
{% macro received_deliveries() -%}
    select
        file_id,
        batch_id,
        max(received_at) as received_at
    from {{ ref('stg_ledger__manifest') }}
    where outcome = 'loaded'
    group by file_id, batch_id
{%- endmacro %}

{#- From when to when what was delivered is: its accepted records, else its refused ones
    (a relation with their `own_date`), else the date on which it was received. -#}
{% macro dated_deliveries(refused) -%}
    select
        manifest.*,
        {%- for end in ['first', 'last'] %}
        coalesce(
            {{ local_date(end ~ '_observed_at') }},
            refused.{{ end }}_date,
            {{ local_date('received_at') }}
        ) as {{ end }}_date{% if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('stg_ledger__manifest') }} as manifest
    left join (
        select
            file_id,
            batch_id,
            min(own_date) as first_date,
            max(own_date) as last_date
        from {{ refused }}
        group by file_id, batch_id
    ) as refused using (file_id, batch_id)
{%- endmacro %}
