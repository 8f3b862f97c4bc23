{#- The measurements of quality and duration of a relation's records. A score of 0
    was not scored and a duration of 0 not measured (figures.md); a score above 100
    is found by the checks and enters no figure. -#}
{% macro quality_and_time(
    log_type, records, score='quality_score', seconds='processing_time_s'
) %}
{%- set entity_id = "'" ~ log_type ~ "'" -%}
select {{ measurement('log_type', entity_id, 'quality_score', score) }}
from {{ records }}
where {{ score }} > 0 and {{ score }} <= 100
union all
select {{ measurement('log_type', entity_id, 'is_high_quality', score ~ ' >= 70') }}
from {{ records }}
where {{ score }} > 0 and {{ score }} <= 100
union all
select {{ measurement('log_type', entity_id, 'processing_time_s', seconds) }}
from {{ records }}
where {{ seconds }} > 0
union all
select {{ measurement('log_type', entity_id, 'is_slow', seconds ~ ' > 60') }}
from {{ records }}
where {{ seconds }} > 0
{%- endmacro %}
