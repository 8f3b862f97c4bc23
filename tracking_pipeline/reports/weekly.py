"""The pipeline's door: write a week's report, and know which weeks are owed one."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb

from tracking_pipeline.errors import ReportError, TrackingError
from tracking_pipeline.reports.archive import ArchivedReport, newest_revision, store
from tracking_pipeline.reports.assemble import assemble_weekly, data_version, weeks_with_data
from tracking_pipeline.reports.model import ReportModel
from tracking_pipeline.reports.revision import changes, fingerprint
from tracking_pipeline.settings import Settings

_SILENT_WEEKS = 4
"""Silence is reported for so many weeks after any data: a month tells who has to know, and a home
left alone for years owes no report for each of its weeks."""


def write_weekly(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    *,
    system: str,
    week_start: date,
    as_of: datetime,
) -> ArchivedReport:
    """Return the week's report as archived: the last revision when it would say the same again.

    Otherwise a new revision that lists the figures that changed. Raises ReportError when the week
    has not ended by ``as_of``, or the report cannot be rendered or stored; earlier revisions stay
    as they are.
    """
    _check_ended(week_start, settings.timezone, as_of)
    model = _assembled(settings, con, system, week_start, as_of)
    last = newest_revision(settings, system, week_start)
    said = fingerprint(model)
    if last is not None and last.fingerprint == said:
        return last
    revised = model if last is None else _revised(model, last)
    return store(settings, revised, said, _rendered(revised))


def weeks_owed(
    settings: Settings, con: duckdb.DuckDBPyConnection, *, system: str, as_of: datetime
) -> list[date]:
    """Return the weeks that ended by ``as_of`` and lack a report that says what is known of them.

    Those are the weeks with data and the silent ones that follow within 4 weeks, oldest first.
    """
    told = {
        week + timedelta(days=7 * silent)
        for week in weeks_with_data(con, system)
        for silent in range(_SILENT_WEEKS + 1)
    }
    ended = [week for week in sorted(told) if _ends_at(week, settings.timezone) <= as_of]
    return [week for week in ended if _is_owed(settings, con, system, week, as_of)]


def _is_owed(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    system: str,
    week: date,
    as_of: datetime,
) -> bool:
    last = newest_revision(settings, system, week)
    if last is None:
        return True
    if last.data_version == data_version(con, system, week):
        return False
    return last.fingerprint != fingerprint(_assembled(settings, con, system, week, as_of))


def _assembled(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    system: str,
    week_start: date,
    as_of: datetime,
) -> ReportModel:
    second = as_of.replace(microsecond=0)  # PDF and XLSX know no finer instant
    return assemble_weekly(
        con, system=system, week_start=week_start, zone=settings.timezone, as_of=second
    )


def _check_ended(week: date, zone: str, as_of: datetime) -> None:
    end = _ends_at(week, zone)
    if as_of < end:
        raise ReportError(
            f"the week of {week}",
            f"has not ended: it ends at {end.isoformat()}",
            "Ask for an earlier week, or again when it is over",
        )


def _ends_at(week: date, zone: str) -> datetime:
    return datetime.combine(week + timedelta(days=7), time(), ZoneInfo(zone))


def _revised(model: ReportModel, last: ArchivedReport) -> ReportModel:
    before = json.loads((last.folder / "report.json").read_bytes())
    return replace(model, revision=last.revision + 1, changes=changes(before, model))


def _rendered(model: ReportModel) -> dict[str, bytes]:
    from tracking_pipeline.reports.render import rendered  # noqa: PLC0415 - the renderers are heavy

    try:
        return rendered(model)
    except TrackingError:
        raise
    except Exception as error:
        raise ReportError(
            model.report_id,
            f"cannot be rendered ({type(error).__name__}: {error})",
            "Earlier reports are intact; report this as a defect",
        ) from error
