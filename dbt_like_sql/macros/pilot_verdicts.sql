{#- The verdicts of the rules of one purpose: one a client and rule, and where a rule
    asks something of every engine, one an engine beside it. Every engine must meet
    it; one that does not decides before one that has not enough data. -#}
{% macro pilot_verdicts(purpose) %}
{%- set rule_columns = ['unit', 'comparator', 'threshold', 'counted'] -%}
with

{{ judged_pilots(purpose) }},

of_all_engines as (

    select
        client_id,
        rule_id,
        null as engine_id,
        -- The lowest of all is not known while one is without data.
        case when min(n) > 0 then min(value) end as value,
        min(n) as n,
        concat(any_value(label), ', every engine') as label,
        {%- for column in rule_columns %}
        any_value({{ column }}) as {{ column }},
        {%- endfor %}
        case
            when bool_or(status = 'not_met') then 'not_met'
            when bool_or(status = 'not_enough_data') then 'not_enough_data'
            else 'met'
        end as status,
        concat(
            count(*) filter (where status = 'met'), ' of ', count(*),
            ' engines meet it, ',
            case
                when min(n) > 0
                    then concat('lowest is engine ', arg_min(engine_id, value))
                else concat(count(*) filter (where n = 0), ' without data')
            end
        ) as detail
    from judged
    where engine_id is not null
    group by client_id, rule_id

),

verdicts as (

    select
        client_id,
        rule_id,
        engine_id,
        value,
        n,
        label,
        {{ rule_columns | join(', ') }},
        status,
        detail
    from judged
    union all
    select
        client_id,
        rule_id,
        engine_id,
        value,
        n,
        label,
        {{ rule_columns | join(', ') }},
        status,
        detail
    from of_all_engines

)

select
    client_id,
    rule_id as {{ purpose }}_id,
    engine_id,
    label,
    threshold,
    unit,
    value,
    n,
    status,
    concat(
        label,
        ', engine ' || engine_id,
        ': ',
        coalesce({{ shown('value', 'unit', digits=2) }}, 'no data'),
        ', needed ',
        case comparator when 'above' then 'more than ' else 'at least ' end,
        {{ shown('threshold', 'unit', digits=0) }},
        ' (', counted, ': ', n, ', ', window_start,
        coalesce(' to ' || window_end, ' on, no complete day yet'), ')',
        case when status = 'not_enough_data' then ': not enough data' else '' end,
        '; ' || detail
    ) as evidence,
    window_start,
    window_end
from verdicts
inner join {{ ref('pilot_windows') }} using (client_id)
{% endmacro %}
