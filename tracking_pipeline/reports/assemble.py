"""Composes the report model of a week from the published tables."""

from collections.abc import Iterator
from datetime import datetime

import duckdb

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports import chart_data, display, findings
from tracking_pipeline.reports.data_quality import data_quality
from tracking_pipeline.reports.figures import week_figures
from tracking_pipeline.reports.headline import headline
from tracking_pipeline.reports.model import Figure, FigureSection, ReportModel
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import rows


def assemble_weekly(
    con: duckdb.DuckDBPyConnection,
    *,
    system: str,
    period: Period,
    as_of: datetime,
    data_version: str,
) -> ReportModel:
    """Return the week of the system, read as the tables stand now.

    Raises ReportError when the system is not in the catalogue.
    """
    week = period.start
    figures = week_figures(con, system, week)
    leading = headline(system, figures)
    return ReportModel(
        system=system,
        system_label=_label(con, system),
        period=period,
        as_of=as_of,
        data_version=data_version,
        is_demo=any(figure.provenance == "simulated" for figure in figures),
        headline=leading,
        headline_charts=chart_data.glances(con, leading, week),
        daily_charts=chart_data.days(con, leading, week),
        claims=findings.claims(con, system, week),
        health=findings.health(con, system, week),
        alerts=findings.alerts(con, system, week),
        recommendations=findings.recommendations(con, system, week),
        sections=tuple(_sections(figures)),
        quality=data_quality(con, system, week, figures, as_of),
    )


def _label(con: duckdb.DuckDBPyConnection, system: str) -> str:
    found = rows(con, "select label from seeds.systems where system = $1", [system])
    if not found:
        raise ReportError(
            repr(system), "is not a system in the catalogue", "Add it to seeds/systems.csv"
        )
    return str(found[0]["label"])


def _sections(figures: tuple[Figure, ...]) -> Iterator[FigureSection]:
    """One section a kind of entity, the kind with the most metrics first."""
    kinds: dict[str, list[Figure]] = {}
    for figure in figures:
        kinds.setdefault(figure.definition.entity_type, []).append(figure)
    for kind, members in sorted(kinds.items(), key=_breadth):
        charts = chart_data.rankings(kind, tuple(members))
        yield FigureSection(kind, display.title(kind), tuple(members), charts)


def _breadth(kind: tuple[str, list[Figure]]) -> tuple[int, str]:
    return -len({figure.definition.metric for figure in kind[1]}), kind[0]
