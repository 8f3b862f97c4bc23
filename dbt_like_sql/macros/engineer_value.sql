{#- One row an engineer with data in a window of the relation `windows`, unrounded. -#}
{% macro engineer_figures(windows) %}
with

sums as (

    {{ engineer_sums(windows) }}

),

{{ value_figures() }}

select
    figures.*,
    profiles.machine_platform as platform,
    {{ quality_score() }} as quality_score
from figures
left join {{ ref('engineer_profile') }} as profiles
    on
        figures.client_id = profiles.client_id
        and figures.engineer_hash = profiles.engineer_email
{% endmacro %}

{#- The same, rounded: the rows of `engineer_value`. -#}
{% macro engineer_value(windows) %}
select
    window_kind,
    start_date,
    end_date,
    client_id,
    engineer_hash,
    platform,
    {{ value_columns() }}
from ({{ engineer_figures(windows) }}) as engineers
{% endmacro %}

{#- Quality of the engineer's work, 0 to 100; of other windows than 30 days, bugs and
    reviews are scaled to 30 days before they are capped (figures.md, telemetry). -#}
{% macro quality_score(to_30_days='30 / n_days') -%}
    case
        when
            avg_test_coverage is not null
            and bugs_fixed is not null
            and code_reviews is not null
            then least(
                100,
                avg_test_coverage * 0.4
                + least(bugs_fixed * {{ to_30_days }}, 20) * 2
                + least(code_reviews * {{ to_30_days }}, 10) * 2
            )
    end
{%- endmacro %}

{#- What a return on the assistant's cost advises; nothing where too few of the
    expected dates have data. -#}
{% macro recommendation(roi_multiplier, coverage) -%}
    case
        when not {{ is_covered(coverage) }} then null
        when {{ roi_multiplier }} >= 3 then 'excellent'
        when {{ roi_multiplier }} >= 2 then 'strong'
        when {{ roi_multiplier }} >= 1 then 'positive'
        when {{ roi_multiplier }} < 1 then 'low'
    end
{%- endmacro %}

{#- The grade of the mean latency of `n` timed executions; that of fewer than the row
    `metrics` of the catalogue asks for says so. -#}
{% macro latency_grade(mean_latency_ms, n, metrics) -%}
    case
        when {{ mean_latency_ms }} is null then null
        when not {{ is_enough(n, metrics) }} then 'Too Few Executions'
        when {{ mean_latency_ms }} < 500 then 'Excellent'
        when {{ mean_latency_ms }} < 1000 then 'Good'
        when {{ mean_latency_ms }} < 2000 then 'Fair'
        when {{ mean_latency_ms }} >= 2000 then 'Needs Optimization'
    end
{%- endmacro %}

{#- Joins the catalogue's mean latency of one type of entity, as `catalogue`. -#}
{% macro latency_metric(entity_type) -%}
    left join {{ ref('metrics') }} as catalogue
        on
            catalogue.system = 'telemetry'
            and catalogue.entity_type = '{{ entity_type }}'
            and catalogue.metric = 'mean_latency_ms'
{%- endmacro %}
