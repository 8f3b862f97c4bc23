{#- What an engine's day cost and was worth where it states both. -#}
{% macro returned(column) -%}
    case
        when
            operational_cost_usd is not null and value_generated_usd is not null
            then {{ column }}
    end
{%- endmacro %}

{#- One row an engine and period. -#}
{% macro engine_economics(period) %}
select
    client_id,
    engine_id,
    {{ period }},
    {{ rounded('sum(operational_cost_usd)') }} as operational_cost_usd,
    {{ rounded('sum(value_generated_usd)') }} as value_generated_usd,
    {{ rounded('sum(units_of_work)') }} as units_of_work,
    {{ roi_pct(
        'sum(' ~ returned('value_generated_usd') ~ ')',
        'sum(' ~ returned('operational_cost_usd') ~ ')'
    ) }} as engine_roi_pct,
    count(*) as days_with_data,
    count(operational_cost_usd) as days_with_cost,
    {{ rounded('count(*) / ' ~ days_of(period)) }} as coverage,
    max(provenance) as provenance,
    max(last_batch_id) as last_batch_id
from {{ ref('scored_engine_days') }}
group by client_id, engine_id, {{ period }}
{% endmacro %}
