{#- What the rules of one purpose judge, and their verdicts: of clients, and of each
    of their engines. -#}
{% macro judged_pilots(purpose) -%}
figures as (

    select
        client_id,
        rule_id,
        null as engine_id,
        value,
        n,
        detail
    from {{ ref('pilot_client_figures') }}
    union all
    select
        client_id,
        rule_id,
        engine_id,
        value,
        n,
        null as detail
    from {{ ref('pilot_engine_figures') }}

),

judged as (

    select
        figures.*,
        rules.* exclude (rule_id),
        case
            when figures.value is null or figures.n < rules.minimum_n
                then 'not_enough_data'
            -- What counts days needs most of those of the window.
            when
                rules.purpose = 'criterion'
                and contains(rules.counted, 'days')
                and not {{ is_covered(
                    'figures.n / (windows.window_end - windows.window_start + 1)'
                ) }}
                then 'not_enough_data'
            when {{ compares('figures.value', 'rules.comparator', 'rules.threshold') }}
                then 'met'
            else 'not_met'
        end as status
    from figures
    inner join {{ ref('engine_rules') }} as rules using (rule_id)
    left join {{ ref('pilot_windows') }} as windows using (client_id)
    where rules.purpose = '{{ purpose }}'

)
{%- endmacro %}
