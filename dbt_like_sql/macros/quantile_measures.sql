{#- The measures that the catalogue asks a quantile of, of one system or of all: these
    need every value, what can be summed does not. -#}
{% macro quantile_measures(system=none) -%}
    select
        system,
        entity_type,
        measure
    from {{ ref('metrics') }}
    where
        aggregation in ('median', 'p95', 'p99')
        {%- if system %}
        and system = '{{ system }}'
        {%- endif %}
{%- endmacro %}
