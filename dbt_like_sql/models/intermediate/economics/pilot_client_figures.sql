with

totals as (

    select
        pilots.client_id,
        sum(client_days.operational_cost_usd)
        filter (where client_days.is_comparable) as cost_usd,
        sum(client_days.meetings_booked)
        filter (where client_days.is_comparable) as meetings,
        sum(client_days.qualified_meetings) as qualified_meetings,
        coalesce(sum(client_days.n_meeting_quality), 0) as n_meeting_quality,
        sum(client_days.satisfaction_total) as satisfaction_total,
        coalesce(sum(client_days.n_satisfaction), 0) as n_satisfaction,
        sum(client_days.hours_up) as hours_up,
        sum(client_days.hours_probed) as hours_probed,
        count(*) filter (where client_days.hours_probed > 0) as n_days_probed,
        count(*) filter (where client_days.n_engine_days > 0) as n_days,
        count(*) filter (
            where
            client_days.n_engine_days > 0
            and client_days.n_engine_days_with_cost = client_days.n_engine_days
        ) as n_days_with_cost,
        count(*) filter (where client_days.is_comparable) as n_days_compared,
        sum(client_days.n_engine_days_with_cost) as n_costs,
        sum(client_days.n_engine_days) as n_engine_days
    from {{ ref('pilot_windows') }} as pilots
    left join {{ ref('client_days') }} as client_days
        on
            pilots.client_id = client_days.client_id
            and client_days.metric_date
            between pilots.window_start and pilots.window_end
    group by pilots.client_id

),

compared as (

    select
        totals.*,
        baselines.* exclude (client_id),
        totals.meetings * baselines.cost_per_meeting_usd
            as traditional_cost_usd
    from totals
    left join {{ ref('client_baselines') }} as baselines using (client_id)

)

{% for rule_id, value, n, detail in [
    (
        'roi_vs_traditional',
        roi_pct('traditional_cost_usd', 'cost_usd'),
        'n_days_compared',
        "concat(
            printf('%g meetings at %.2f usd (basis: ', meetings, cost_per_meeting_usd),
            cost_basis,
            printf(') against a cost of %.2f usd', cost_usd),
            case when n_costs < n_engine_days then concat(
                '; ', n_costs, ' of ', n_engine_days,
                ' daily costs of engines are known'
            ) end
        )",
    ),
    (
        'satisfaction', 'satisfaction_total / n_satisfaction',
        'n_satisfaction', 'null',
    ),
    (
        'meeting_quality',
        'qualified_meetings / nullif(n_meeting_quality, 0)',
        'n_meeting_quality', 'null',
    ),
    (
        'reliability', 'hours_up / nullif(hours_probed, 0)', 'n_days_probed',
        "case when n_days_probed > 0 then printf(
            'a probe holds until the next one, at most %g hours',
            " ~ assumption('longest_hold_hours') ~ "
        ) end",
    ),
    ('days_of_data', 'n_days', 'n_days', 'null'),
    (
        'previous_method', 'n_methods', 'n_methods',
        "case
            when n_methods > 0 then concat(
                method, printf(' at %.2f usd a meeting', cost_per_meeting_usd)
            )
            else printf(
                'the %.2f usd a meeting is an assumption',
                cost_per_meeting_usd
            )
        end",
    ),
    (
        'cost_analysis', 'n_days_with_cost', 'n_days',
        "concat(n_days, ' days have data')",
    ),
] %}
select
    client_id,
    '{{ rule_id }}' as rule_id,
    {{ rounded(value) }} as value,
    cast({{ n }} as bigint) as n,
    {{ detail }} as detail
from compared
{% if not loop.last %}union all{% endif %}
{% endfor %}
