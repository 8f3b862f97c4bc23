select * from {{ ref('execution_measures') }}
union all
select * from {{ ref('day_measures') }}
