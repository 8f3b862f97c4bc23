"""Composes the report model of a week from the published tables."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import duckdb

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports import chart_data, display, findings
from tracking_pipeline.reports.data_quality import data_quality
from tracking_pipeline.reports.figures import week_figures
from tracking_pipeline.reports.headline import headline
from tracking_pipeline.reports.model import Figure, Period, ReportModel, Section
from tracking_pipeline.reports.query import rows

_SATURDAY_TO_SUNDAY = 6


def assemble_weekly(
    con: duckdb.DuckDBPyConnection, *, system: str, week_start: date, zone: str, as_of: datetime
) -> ReportModel:
    """Return the report model (revision 1) of the system's week, read as the tables stand now.

    Raises ReportError when the system is not in the catalogue or the week does not start on Sunday.
    """
    _check_week(week_start)
    figures = week_figures(con, system, week_start)
    leading = headline(system, figures)
    return ReportModel(
        system=system,
        system_label=_label(con, system),
        period=Period(week_start, zone),
        as_of=as_of.astimezone(UTC),
        revision=1,
        data_version=data_version(con, system, week_start),
        is_demo=any(figure.provenance == "simulated" for figure in figures),
        headline=leading,
        headline_charts=chart_data.glances(con, leading, week_start),
        daily_charts=chart_data.days(con, leading, week_start),
        claims=findings.claims(con, system, week_start),
        health=findings.health(con, system, week_start),
        alerts=findings.alerts(con, system, week_start),
        recommendations=findings.recommendations(con, system, week_start),
        sections=tuple(_sections(figures)),
        quality=data_quality(con, system, week_start, figures, as_of),
    )


def weeks_with_data(con: duckdb.DuckDBPyConnection, system: str) -> list[date]:
    """Return the first days of the weeks that hold any figure of the system, oldest first."""
    found = rows(
        con,
        "select distinct week_start from marts.metric_weekly where system = $1 order by week_start",
        [system],
    )
    return [row["week_start"] for row in found]


def _check_week(week_start: date) -> None:
    if week_start.weekday() != _SATURDAY_TO_SUNDAY:
        sunday = week_start - timedelta(days=(week_start.weekday() + 1) % 7)
        raise ReportError(
            str(week_start), "is not the Sunday of a week", f"Ask for the week of {sunday}"
        )


def _label(con: duckdb.DuckDBPyConnection, system: str) -> str:
    found = rows(con, "select label from seeds.systems where system = $1", [system])
    if not found:
        raise ReportError(
            repr(system), "is not a system in the catalogue", "Add it to seeds/systems.csv"
        )
    return str(found[0]["label"])


def data_version(con: duckdb.DuckDBPyConnection, system: str, week_start: date) -> str:
    """Return what the week's report stands on; unmoved by re-deliveries."""
    batches = """
        select max(last_batch_id) as newest from marts.metric_weekly
        where system = $1 and week_start in ($2, $2::date - 7)
    """
    records = """
        select coalesce(sum(n_records - n_duplicate), 0)::bigint as total
        from marts.data_quality_weekly where system = $1 and week_start = $2
    """
    newest = rows(con, batches, [system, week_start])[0]["newest"]
    total = rows(con, records, [system, week_start])[0]["total"]
    return f"batch {0 if newest is None else newest}, {total:,} records"


def _sections(figures: tuple[Figure, ...]) -> Iterator[Section]:
    """One section a kind of entity, the kind with the most metrics first."""
    kinds: dict[str, list[Figure]] = {}
    for figure in figures:
        kinds.setdefault(figure.definition.entity_type, []).append(figure)
    for kind, members in sorted(kinds.items(), key=_breadth):
        charts = chart_data.rankings(kind, tuple(members))
        yield Section(kind, display.title(kind), tuple(members), charts)


def _breadth(kind: tuple[str, list[Figure]]) -> tuple[int, str]:
    return -len({figure.definition.metric for figure in kind[1]}), kind[0]
