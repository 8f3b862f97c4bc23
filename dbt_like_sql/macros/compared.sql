{#- The figures of a relation beside their benchmarks, by `metric_date`, `week_start`
    or `month_start`. The benchmark of a sum is that of a day. -#}
{% macro compared(figures, period, n_days) -%}
{%- set scale -%}
    case catalogue.additivity when 'sum' then {{ n_days }} else 1 end
{%- endset -%}
{%- set newest = 'select coalesce(max(last_batch_id), -1) from ' -%}
with

figures as (

    {{ newer(figures, period) }}
    {%- if is_incremental() %}
    or ({{ newest }} {{ ref('effective_benchmarks') }}) > ({{ newest }} {{ this }})
    {%- endif %}

),

candidates as (

    select
        figures.*,
        benchmarks.provenance as benchmark_provenance,
        benchmarks.last_batch_id as benchmark_batch_id,
        catalogue.direction,
        {{ is_enough('figures.n', 'catalogue', period) }} as is_enough,
        benchmarks.benchmark * {{ scale }} as benchmark,
        benchmarks.industry_average * {{ scale }} as industry_average,
        benchmarks.top_performer * {{ scale }} as top_performer
    from figures
    inner join {{ ref('metrics') }} as catalogue
        using (system, entity_type, metric)
    inner join {{ ref('effective_benchmarks') }} as benchmarks
        on
            figures.system = benchmarks.system
            and figures.entity_type = benchmarks.entity_type
            and figures.metric = benchmarks.metric
            and benchmarks.client_id in ('', figures.client_id)
            and benchmarks.entity_id in ('', figures.entity_id)
    where catalogue.direction in ('higher', 'lower')
    -- The client's own benchmark goes first, then that of the very entity.
    qualify row_number() over (
        partition by
            figures.system,
            figures.client_id,
            figures.entity_type,
            figures.entity_id,
            figures.metric,
            figures.{{ period }}
        order by
            benchmarks.benchmark is null,
            benchmarks.client_id desc,
            benchmarks.entity_id desc
    ) = 1

)

select
    system,
    client_id,
    entity_type,
    entity_id,
    metric,
    {{ period }},
    value,
    benchmark,
    industry_average,
    top_performer,
    -- A value at its benchmark is at it, also where both are 0.
    case
        when value = benchmark then 0.0
        else {{ rounded(
            "(value - benchmark) / nullif(abs(benchmark), 0)
            * case direction when 'lower' then -1 else 1 end"
        ) }}
    end as comparison,
    {{ rounded(attainment('value', 'benchmark', 'direction')) }} as attainment,
    is_enough,
    -- 'measured' sorts first: either side can taint the comparison.
    greatest(provenance, benchmark_provenance) as provenance,
    greatest(last_batch_id, benchmark_batch_id) as last_batch_id
from candidates
{%- endmacro %}
