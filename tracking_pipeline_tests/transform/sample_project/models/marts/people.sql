{{ config(materialized="incremental", incremental_strategy="merge", unique_key="person") }}
select
    person,
    sum(amount) as amount,
    '{{ env_var("SAMPLE_LABEL", "unlabelled") }}' as label
from {{ ref("stg_events") }}
where person is not null
group by person
