{#- How many hours an observation of a probe holds: until the next one, at most for the
    declared gap. The newest holds as long as the one before it did, so that evenly spaced
    probes weigh alike, but not beyond what was known when it was received. -#}
{% macro held_hours(observed_at, previous_at, next_at, received_at) -%}
    {%- set gap = assumption('longest_hold_hours') -%}
    least(
        {{ gap }},
        coalesce(
            {{ hours_between(observed_at, next_at) }},
            greatest(
                least(
                    coalesce({{ hours_between(previous_at, observed_at) }}, {{ gap }}),
                    {{ hours_between(observed_at, received_at) }}
                ),
                -- What was seen is known for a moment at least.
                1 / 3600
            )
        )
    )
{%- endmacro %}

{% macro hours_between(starts_at, ends_at) -%}
    (epoch_us({{ ends_at }}) - epoch_us({{ starts_at }})) / 3.6e9
{%- endmacro %}

{#- The measurements that hold for a time, a row a quarter hour of it: from when in it, with
    its hours as weight, and `counted` in the first alone. One that holds until it was
    observed is the newest of its entity: it keeps its weight, on its own day. What ended
    before the CTE `quarter_hours` is left out. -#}
{% macro held_pieces(starts_at, ends_at) -%}
    select
        * exclude (observed_at, weight, quarter_hour, starts_at, ends_at),
        case when is_newest then weight else {{ hours_between('starts_at', 'ends_at') }} end
            as weight,
        cast(starts_at = observed_at as double) as counted,
        starts_at as observed_at
    from (
        select
            *,
            held_until = observed_at as is_newest,
            greatest(observed_at, quarter_hour, {{ starts_at }}) as starts_at,
            least(
                greatest(held_until, observed_at + interval 1 microsecond),
                quarter_hour + interval 15 minutes,
                {{ ends_at }}
            ) as ends_at
        from (
            select
                *,
                {{ held_quarter_hours() }} as quarter_hour
            from {{ ref('observations') }}
            where
                held_until is not null
                and held_until >= {{ starts_at }}
                and observed_at < {{ ends_at }}
                and held_until >= (
                    select coalesce(min(quarter_hour), timestamp '9999-01-01')
                    from quarter_hours
                )
        )
    )
    where starts_at < ends_at
{%- endmacro %}

{#- The quarter hours in which a measurement holds, a row each. -#}
{% macro held_quarter_hours() -%}
    unnest(
        generate_series(
            {{ quarter_hour('observed_at') }},
            greatest(held_until - interval 1 microsecond, observed_at),
            interval 15 minutes
        )
    )
{%- endmacro %}

{#- All measurements from one instant up to another: those of an instant count as much as
    they weigh, the others are in pieces. -#}
{% macro counted_observations(
    starts_at="timestamp '-infinity'", ends_at="timestamp 'infinity'"
) -%}
    {%- set columns = [
        'system', 'client_id', 'entity_type', 'entity_id', 'measure', 'observed_at',
        'value', 'weight', 'counted', 'has_label', 'provenance', 'record_id',
        'batch_id',
    ] | join(', ') -%}
    (
        select {{ columns }}
        from (select *, weight as counted from {{ ref('observations') }})
        where
            held_until is null
            and observed_at >= {{ starts_at }}
            and observed_at < {{ ends_at }}
        union all
        select {{ columns }}
        from ({{ held_pieces(starts_at, ends_at) }})
    )
{%- endmacro %}
