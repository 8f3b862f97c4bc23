{#- One row a client and period, and one of all clients together, whose rates come
    from its sums. A ratio is formed where both its parts are known: what is missing
    is not 0. Value generated and cost saved are two views of the same meetings: no
    column adds them. -#}
{% macro economics(period) %}
with

{{ economic_sums(period) }}

select
    client_id,
    is_total,
    {{ period }},
    {{ rounded('operational_cost_usd') }} as operational_cost_usd,
    {{ rounded('value_generated_usd') }} as value_generated_usd,
    {{ rounded('leads') }} as leads,
    {{ rounded('meetings_booked') }} as meetings_booked,
    {{ roi_pct('returned_value_usd', 'returned_cost_usd') }} as engine_roi_pct,
    {% for column in [
        'operational_cost_usd', 'meetings_booked', 'traditional_cost_usd',
    ] -%}
    {{ rounded('compared_' ~ column) }} as compared_{{ column }},
    {% endfor -%}
    {{ rounded(
        'compared_operational_cost_usd / nullif(compared_meetings_booked, 0)'
    ) }} as cost_per_meeting_usd,
    {{ rounded('traditional_cost_usd / nullif(meetings_booked, 0)') }}
        as traditional_cost_per_meeting_usd,
    traditional_basis,
    {{ rounded('traditional_cost_usd') }} as traditional_cost_usd,
    {{ roi_pct(
        'compared_traditional_cost_usd', 'compared_operational_cost_usd'
    ) }} as roi_vs_traditional_pct,
    {{ rounded(
        'compared_traditional_cost_usd - compared_operational_cost_usd'
    ) }} as cost_saved_usd,
    {{ rounded('hours_saved') }} as hours_saved,
    {{ rounded(sdr_months()) }} as sdr_months,
    {{ rounded(sdr_months() ~ ' * ' ~ assumption('sdr_monthly_cost_usd')) }}
        as sdr_cost_usd,
    {{ rounded('qualified_meetings / nullif(n_meeting_quality, 0)') }}
        as meeting_quality,
    cast(n_meeting_quality as bigint) as n_meeting_quality,
    {{ rounded('satisfaction_total / n_satisfaction') }} as satisfaction,
    cast(n_satisfaction as bigint) as n_satisfaction,
    {{ rounded('hours_up / nullif(hours_probed, 0)') }} as uptime_rate,
    cast(n_probes as bigint) as n_probes,
    days_with_data,
    days_with_cost,
    days_compared,
    {{ rounded('coverage') }} as coverage,
    {% for part in ['cost', 'value'] -%}
    {{ rounded('n_engine_days_with_' ~ part ~ ' / nullif(n_engine_days, 0)') }}
        as {{ part }}_coverage,
    {% endfor -%}
    provenance,
    last_batch_id
from periods
{% endmacro %}

{#- The months in which an SDR would have booked as many meetings. -#}
{% macro sdr_months() -%}
    meetings_booked / {{ assumption('sdr_meetings_per_month') }}
{%- endmacro %}
