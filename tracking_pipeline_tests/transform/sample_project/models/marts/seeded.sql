select code::varchar as code, weight::double as number from {{ ref("semicolons") }}
union all
select note, id from {{ ref("nothing") }}
