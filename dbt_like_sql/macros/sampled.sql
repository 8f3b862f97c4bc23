{#- The measurements that the catalogue asks a quantile of. It holds every value, so
    that no others are read: those of a system without such a metric are not even
    looked at, for a join with nothing ends before it begins. -#}
{% macro sampled() -%}
    (
        {%- for system in var('observation_models') %}
        select *
        from {{ ref('observations') }}
        where
            system = '{{ system }}'
            and (entity_type, measure) in (
                select
                    entity_type,
                    measure
                from {{ ref('metrics') }}
                where
                    system = '{{ system }}'
                    and aggregation in ('median', 'p95', 'p99')
            )
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    )
{%- endmacro %}
