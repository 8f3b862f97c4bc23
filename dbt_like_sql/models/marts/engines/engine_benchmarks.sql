with benchmarks as (

    select
        benchmarks.*,
        catalogue.engine_id,
        catalogue.unit
    from {{ ref('effective_benchmarks') }} as benchmarks
    inner join {{ ref('engine_metric_catalogue') }} as catalogue
        on
            benchmarks.metric = catalogue.metric
            and benchmarks.entity_id in ('', catalogue.engine_id)
    where
        benchmarks.system = 'engines'
        and benchmarks.entity_type = 'engine'
        and benchmarks.benchmark is not null
    -- That of the very engine goes before that of every engine.
    qualify row_number() over (
        partition by
            benchmarks.client_id, catalogue.engine_id, benchmarks.metric
        order by benchmarks.entity_id desc
    ) = 1

)

select
    {{ uuid5(
        "concat_ws('|', 'engine_benchmark', client_id, engine_id, metric)"
    ) }} as id,
    engine_id,
    metric as metric_name,
    {% for value, name in [
        ('benchmark', 'benchmark_value'),
        ('industry_average', 'industry_average'),
        ('top_performer', 'top_performer'),
    ] %}
    cast({{ in_percent(value, 'unit') }} as decimal(38, 2)) as {{ name }},
    {% endfor %}
    received_at as updated_at,
    client_id as client_key,
    {{ percent_unit('unit') }} as unit,
    source,
    source_date,
    provenance
from benchmarks
