{#- The measurements that the catalogue asks a quantile of. It holds every value, so
    that no others are read. -#}
{% macro sampled() -%}
    (
        select *
        from {{ ref('observations') }}
        where (system, entity_type, measure) in (
            select
                system,
                entity_type,
                measure
            from {{ ref('metrics') }}
            where aggregation in ('median', 'p95', 'p99')
        )
    )
{%- endmacro %}
