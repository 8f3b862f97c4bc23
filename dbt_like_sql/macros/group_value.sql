{#- One row a group of a team's engineers (`group`: columns of `engineer_figures`) and
    window, unrounded: rates of sums, and the means of engineers beside them. -#}
{% macro group_figures(windows, group) %}
{%- set keys = ['window_kind', 'start_date', 'end_date', 'n_days', 'client_id']
    + group -%}
with

sums as (

    select
        {{ keys | join(', ') }},
        {% for column in engineer_summands() -%}
        sum({{ column }}) as {{ column }},
        {% endfor -%}
        avg(quality_score) as quality_score,
        avg(roi_multiplier) as mean_roi_multiplier,
        max(provenance) as provenance,
        max(last_batch_id) as last_batch_id
    from ({{ engineer_figures(windows) }}) as engineers
    group by {{ keys | join(', ') }}

),

{{ value_figures() }}

select * from figures
{% endmacro %}

{#- The rows of `team_value`. -#}
{% macro team_value(windows) %}
select
    window_kind,
    start_date,
    end_date,
    client_id,
    cast(engineers as bigint) as engineers,
    cast(active_engineers as bigint) as active_engineers,
    cast(engineers_valued as bigint) as engineers_valued,
    {{ rounded('valued_cost_usd') }} as valued_cost_usd,
    {{ rounded('mean_roi_multiplier') }} as mean_roi_multiplier,
    {{ value_columns() }}
from ({{ group_figures(windows, []) }}) as teams
{% endmacro %}

{#- The rows of `platform_value`. -#}
{% macro platform_value(windows) %}
select
    window_kind,
    start_date,
    end_date,
    client_id,
    platform,
    cast(engineers as bigint) as engineers,
    cast(executions as bigint) as executions,
    cast(successes as bigint) as successes,
    {{ rounded('success_rate') }} as success_rate,
    {{ rounded('mean_latency_ms') }} as mean_latency_ms,
    {{ latency_grade('mean_latency_ms', 'n_durations', 'catalogue') }} as grade,
    cast(engineers_valued as bigint) as engineers_valued,
    {{ rounded('valued_cost_usd') }} as valued_cost_usd,
    {{ rounded('roi_multiplier') }} as roi_multiplier,
    {{ rounded('memory_hit_rate') }} as memory_hit_rate,
    {{ rounded('cost_saved_usd') }} as cost_saved_usd,
    last_batch_id
from ({{ group_figures(windows, ['platform']) }}) as platforms
{{ latency_metric('platform') }}
{% endmacro %}

{#- The one window of an analysis: the dates `first_date` to `last_date`. -#}
{% macro custom_window() -%}
    (
        select
            'custom' as window_kind,
            date '{{ var('first_date') }}' as start_date,
            date '{{ var('last_date') }}' as end_date
    )
{%- endmacro %}
