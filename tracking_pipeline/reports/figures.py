"""The figures of a week, read from the marts and laid out by the metric catalogue."""

from datetime import date, timedelta

import duckdb

from tracking_pipeline.reports.model import Comparison, Definition, Figure, FigureStatus, Trace
from tracking_pipeline.reports.query import Row, rows

# An entity of the week before stays in the table when it falls silent: missing is not zero. Persons
# stand in their own reports.
_FIGURES = """
with weekly as (
    select * from marts.metric_weekly
    where system = $1 and week_start in ($2, $2::date - 7)
    and entity_type not in (select entity_type from seeds.entity_types where is_personal)
),
seen as (
    select distinct system, client_id, entity_type, entity_id, metric from weekly
)
select
    seen.*,
    catalogue.label,
    catalogue.unit,
    coalesce(catalogue.direction, '') as direction,
    coalesce(catalogue.aggregation, '') as aggregation,
    coalesce(catalogue.minimum_sample, 0)::bigint as minimum_sample,
    coalesce(catalogue.description, '') as description,
    current.value::double as value,
    coalesce(current.n, 0)::bigint as n,
    current.n is not null as has_row,
    current.coverage::double as coverage,
    coalesce(current.provenance, 'measured') as provenance,
    previous.value::double as previous_value,
    coalesce(previous.n, 0)::bigint as previous_n,
    compared.change_pct::double as change_pct,
    trends.week_start is not null as is_compared,
    trends.direction as trend,
    trends.significance,
    trends.reason as trend_reason,
    trends.method,
    trends.adjusted_p_value::double as p_value,
    trends.ci_low::double as ci_low,
    trends.ci_high::double as ci_high
from seen
inner join seeds.metrics as catalogue using (system, entity_type, metric)
left join weekly as current
    on current.week_start = $2
    and (current.client_id, current.entity_type, current.entity_id, current.metric)
    = (seen.client_id, seen.entity_type, seen.entity_id, seen.metric)
left join weekly as previous
    on previous.week_start = $2::date - 7
    and (previous.client_id, previous.entity_type, previous.entity_id, previous.metric)
    = (seen.client_id, seen.entity_type, seen.entity_id, seen.metric)
left join marts.week_over_week as compared
    on compared.week_start = $2 and compared.system = seen.system
    and (compared.client_id, compared.entity_type, compared.entity_id, compared.metric)
    = (seen.client_id, seen.entity_type, seen.entity_id, seen.metric)
left join analysis.trends as trends
    on trends.week_start = $2 and trends.system = seen.system
    and (trends.client_id, trends.entity_type, trends.entity_id, trends.metric)
    = (seen.client_id, seen.entity_type, seen.entity_id, seen.metric)
order by seen.client_id, seen.entity_type, seen.entity_id, catalogue.rowid
"""


def week_figures(con: duckdb.DuckDBPyConnection, system: str, week: date) -> tuple[Figure, ...]:
    """Return every figure of the week, in the order of client, entity and catalogue."""
    return tuple(_figure(row, week) for row in rows(con, _FIGURES, [system, week]))


def _figure(row: Row, week: date) -> Figure:
    status, reason = _status(row)
    return Figure(
        definition=Definition(**{name: row[name] for name in Definition.__dataclass_fields__}),
        client_id=row["client_id"],
        entity_id=row["entity_id"],
        value=None if status == "no_data" else row["value"],
        previous_value=row["previous_value"],
        change_pct=row["change_pct"],
        n=row["n"],
        previous_n=row["previous_n"],
        coverage=row["coverage"],
        status=status,
        reason=reason,
        provenance=row["provenance"],
        comparison=_comparison(row),
        trace=Trace(
            relation="marts.metric_weekly",
            system=row["system"],
            client_id=row["client_id"],
            entity_type=row["entity_type"],
            entity_id=row["entity_id"],
            metric=row["metric"],
            window_start=week,
            window_end=week + timedelta(days=7),
        ),
    )


def _status(row: Row) -> tuple[FigureStatus, str]:
    if not row["has_row"]:
        return "no_data", "no record this week"
    if row["value"] is None:
        return "no_data", "no record that can be measured"
    if row["n"] < row["minimum_sample"]:
        return "small_sample", f"fewer than {row['minimum_sample']} observations"
    return "ok", ""


def _comparison(row: Row) -> Comparison | None:
    if not row["is_compared"]:
        return None
    return Comparison(
        direction=row["trend"],
        significance=row["significance"],
        reason=row["trend_reason"],
        method=row["method"],
        p_value=row["p_value"],
        ci_low=row["ci_low"],
        ci_high=row["ci_high"],
    )
