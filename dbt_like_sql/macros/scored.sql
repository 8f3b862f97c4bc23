{#- The scores of the entities of a relation of figures: 100 times the weighted mean
    attainment of their benchmarks (figures.md, engines), NULL when the metrics with
    data of enough samples hold less than 60 % of the weight. -#}
{% macro scored(figures, comparisons, period, label=none) -%}
with

periods as (

    {{ newer_periods([(figures, period), (comparisons, period)]) }}

),

entities as (

    select
        system,
        client_id,
        entity_type,
        entity_id,
        {{ period }},
        max(provenance) as provenance,
        max(last_batch_id) as last_batch_id
    from {{ figures }}
    where {{ period }} in (select {{ period }} from periods)
    group by all

),

compared as (

    select
        *,
        attainment is not null and is_enough and {{ is_scored() }}
            as is_scored
    from {{ comparisons }}
    where {{ period }} in (select {{ period }} from periods)

),

attained as (

    select
        entities.*,
        sum(weighted.weight) as weight_total,
        coalesce(sum(weighted.weight) filter (where compared.is_scored), 0)
            as weight_with_data,
        sum(weighted.weight * compared.attainment)
            filter (where compared.is_scored) as weighted_attainment,
        max(compared.provenance) filter (where compared.is_scored)
            as scored_provenance,
        max(compared.last_batch_id) as compared_batch_id
    from entities
    inner join {{ ref('metrics') }} as weighted
        on
            entities.system = weighted.system
            and entities.entity_type = weighted.entity_type
            and weighted.weight > 0
            and {{ is_entity_of('entities.entity_id', 'weighted.entities') }}
    left join compared
        on
            entities.system = compared.system
            and entities.client_id = compared.client_id
            and entities.entity_type = compared.entity_type
            and entities.entity_id = compared.entity_id
            and entities.{{ period }} = compared.{{ period }}
            and weighted.metric = compared.metric
    group by all

),

judged as (

    select
        *,
        weight_with_data >= 0.6 * weight_total as is_covered
    from attained

)

select
    system,
    client_id,
    entity_type,
    entity_id,
    {{ period }}{% if label %} as {{ label }}{% endif %},
    case
        when is_covered
            then cast(
                100 * weighted_attainment / weight_with_data as decimal(5, 2)
            )
    end as performance_score,
    case when is_covered then 'scored' else 'insufficient_coverage' end
        as status,
    weight_with_data,
    weight_total,
    '1' as formula_version,
    -- 'measured' sorts first: the least trusted kind that it rests on.
    coalesce(scored_provenance, provenance) as provenance,
    greatest(last_batch_id, compared_batch_id) as last_batch_id
from judged
{%- endmacro %}
