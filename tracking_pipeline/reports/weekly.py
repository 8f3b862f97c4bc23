"""The weekly report of a system: which weeks it tells, and what it says."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import duckdb

from tracking_pipeline.reports import display
from tracking_pipeline.reports.assemble import assemble_weekly
from tracking_pipeline.reports.compose import FOOTNOTE, composed
from tracking_pipeline.reports.draft import Draft, ReportKind, Stated, Versions
from tracking_pipeline.reports.engines.rests_on import of_all
from tracking_pipeline.reports.engines.standings import SYSTEM as ENGINES
from tracking_pipeline.reports.engines.weekly import with_engines
from tracking_pipeline.reports.model import Figure, ReportModel, SourceQuality
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import Row, rows
from tracking_pipeline.reports.weekly_data import details, seed_data
from tracking_pipeline.reports.weekly_sheets import sheets, summary
from tracking_pipeline.settings import Settings

_SILENT_WEEKS = 4
"""Silence is reported for so many weeks after any data: a month tells who has to know, and a home
left alone for years owes no report for each of its weeks."""

# A week's report shows the week before, too; re-deliveries are not counted.
_VERSIONS = """
with
weekly as (
    select system, week_start, max(last_batch_id) as newest
    from marts.metric_weekly
    where system = coalesce($1, system)
    group by all
),
told as (
    select distinct weekly.system, weekly.week_start + 7 * silence.weeks::integer as week_start
    from weekly, range($2 + 1) as silence (weeks)
),
records as (
    select system, week_start, sum(n_records - n_duplicate)::bigint as total
    from marts.data_quality_weekly
    group by all
)
select
    told.system,
    told.week_start,
    coalesce(greatest(this.newest, before.newest), 0)::bigint as newest,
    coalesce(records.total, 0)::bigint as total
from told
left join weekly as this using (system, week_start)
left join weekly as before
    on before.system = told.system and before.week_start = told.week_start - 7
left join records on records.system = told.system and records.week_start = told.week_start
order by told.system, told.week_start
"""
_NOTHING: Final = "batch 0, 0 records"
_NOT_SAID = ("as_of", "data_version", "headline_charts", "daily_charts")


def versions(con: duckdb.DuckDBPyConnection, system: str | None) -> Versions:
    """Return of each week with data, and of the 4 silent ones that may follow, what it rests on."""
    found = rows(con, _VERSIONS, [system, _SILENT_WEEKS])
    beside = of_all(con, "week") if any(row["system"] == ENGINES for row in found) else {}
    return {(row["system"], row["week_start"]): _version(row, beside) for row in found}


def _version(row: Row, beside: Mapping[date, str]) -> str:
    told = f"batch {row['newest']}, {row['total']:,} records"
    week = row["week_start"]
    if row["system"] != ENGINES or week not in beside:
        return told
    before = beside.get(week - timedelta(days=7), "none")
    return f"{told}, references {beside[week]} after {before}"


def draft(
    _settings: Settings,
    con: duckdb.DuckDBPyConnection,
    system: str,
    period: Period,
    as_of: datetime,
) -> Draft:
    """Return the week's report, read as the tables stand now.

    Raises ReportError when the system is not in the catalogue.
    """
    version = versions(con, system).get((system, period.start), _NOTHING)
    told = drafted(
        assemble_weekly(con, system=system, period=period, as_of=as_of, data_version=version)
    )
    return with_engines(con, told) if system == ENGINES else told


def drafted(model: ReportModel) -> Draft:
    """Return the model as a draft of both editions."""
    return Draft(
        kind=WEEKLY.name,
        kind_label=WEEKLY.label,
        subject=model.system,
        subject_label=model.system_label,
        period=model.period,
        as_of=model.as_of,
        data_version=model.data_version,
        editions={
            "executive": composed(model, "executive"),
            "technical": composed(model, "technical"),
        },
        said=_said(model),
        data=seed_data(model),
        stated=tuple(_stated(model)),
        sheets=tuple(sheets(model)),
        summary=tuple(summary(model)),
        details=details(model),
        reasons=model.quality.reasons,
        footer=(FOOTNOTE,),
        is_demo=model.is_demo,
        is_silent=not any(figure.n for figure in model.figures),
    )


def _said(model: ReportModel) -> dict[str, Any]:
    """Return what is told of the week and of the week before.

    So a late file revises its own week and the following one. Histories are left out, so that it
    revises no later one; so are duplicates, so that a re-delivery revises nothing.
    """
    sources = tuple(_without_duplicates(source) for source in model.quality.sources)
    content = vars(replace(model, quality=replace(model.quality, sources=sources)))
    return {name: value for name, value in content.items() if name not in _NOT_SAID}


def _without_duplicates(source: SourceQuality) -> SourceQuality:
    kept = source.n_records - source.n_duplicate
    return replace(source, n_files=0, n_duplicate=0, n_records=kept)


def _stated(model: ReportModel) -> Iterator[Stated]:
    """Yield the value, the value of the week before and the verdict of each figure."""
    leading = {figure.trace for figure in model.headline}
    for figure in model.figures:
        value = _value(figure, is_leading=figure.trace in leading)
        yield value
        yield replace(
            value, saying="previous_value", value=figure.previous_value, n=figure.previous_n
        )
        yield replace(value, saying="verdict", value=display.verdict(figure.comparison), n=0)


def _value(figure: Figure, *, is_leading: bool) -> Stated:
    at = figure.trace
    entity = f"{display.title(at.entity_id)} ({display.title(at.entity_type).lower()})"
    return Stated(
        figure=f"{at.client_id}/{at.entity_type}/{at.entity_id}/{at.metric}",
        label=f"{entity}: {figure.definition.label}",
        value=figure.value,
        n=figure.n,
        unit=figure.definition.unit,
        is_leading=is_leading,
    )


WEEKLY: Final = ReportKind("weekly", "Weekly report", "week", versions, draft)
