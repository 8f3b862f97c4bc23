{{ config(severity="warn") }}
select summary.n
from (select sum(n_events) as n from {{ ref("region_summary") }}) as summary
inner join (select sum(n) as n from {{ ref("daily") }}) as daily on summary.n > daily.n
