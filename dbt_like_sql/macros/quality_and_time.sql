{#- The measurements of quality and duration of a relation's records. A score of 0
    was not scored and a duration of 0 not measured (figures.md). -#}
{% macro quality_and_time(log_type, records) %}
{%- set entity_id = "'" ~ log_type ~ "'" -%}
select {{ measurement('log_type', entity_id, 'quality_score', 'quality_score') }}
from {{ records }}
where quality_score > 0
union all
select {{ measurement('log_type', entity_id, 'is_high_quality', 'quality_score >= 70') }}
from {{ records }}
where quality_score > 0
union all
select {{ measurement('log_type', entity_id, 'processing_time_s', 'processing_time_s') }}
from {{ records }}
where processing_time_s > 0
union all
select {{ measurement('log_type', entity_id, 'is_slow', 'processing_time_s > 60') }}
from {{ records }}
where processing_time_s > 0
{%- endmacro %}
