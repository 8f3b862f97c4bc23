"""The kinds of reports, which of them are owed, and the one way to write one."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

import duckdb

from tracking_pipeline.errors import ReportError, TrackingError, unknown
from tracking_pipeline.reports.archive import ArchivedReport, newest_revision, store
from tracking_pipeline.reports.draft import Draft, ReportKind
from tracking_pipeline.reports.engines.case_study import CASE
from tracking_pipeline.reports.engines.client_update import UPDATE
from tracking_pipeline.reports.engines.pilot import PILOT
from tracking_pipeline.reports.engines.roi_monthly import ROI
from tracking_pipeline.reports.period import Period, period_from, period_of
from tracking_pipeline.reports.revision import changes, fingerprint
from tracking_pipeline.reports.telemetry import business_value, team_value
from tracking_pipeline.reports.weekly import WEEKLY
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import masked
from tracking_pipeline.warehouse.engine_errors import without_values

Kinds = Mapping[str, ReportKind]

KINDS: Final[Kinds] = {
    kind.name: kind
    for kind in (
        *(WEEKLY, UPDATE, ROI, PILOT, CASE),
        *(business_value.MONTHLY, business_value.QUARTERLY),
        *(team_value.MONTHLY, team_value.QUARTERLY),
    )
}
"""Every kind of report, by name."""


@dataclass(frozen=True)
class Owed:
    """A report that is to be written: of what kind, of whom, from which day."""

    kind: str
    subject: str
    start: date


def owed(
    settings: Settings, con: duckdb.DuckDBPyConnection, as_of: datetime, kinds: Kinds = KINDS
) -> list[Owed]:
    """Return every report whose period ended by ``as_of`` and that does not say what is known.

    Oldest period first, then by kind and subject. One that cannot be drafted is owed: writing it
    says why.
    """
    found = (
        each for kind in kinds.values() for each in _owed_at(_Desk(settings, con, kind, as_of))
    )
    return sorted(found, key=lambda each: each.start)


def told(  # noqa: PLR0913 - what to tell, over which tables
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    kind: str,
    subject: str | None,
    day: date,
    *,
    kinds: Kinds = KINDS,
) -> list[Owed]:
    """Return the kind's reports of the period that holds ``day``, whether or not they are owed.

    Of ``subject``, or of every one that there is something to tell of, sorted.
    """
    of_kind = named(kind, kinds)
    start = period_of(day, settings.timezone, of_kind.rhythm).start
    found = sorted(each for each, first in of_kind.versions(con, None) if first == start)
    return [Owed(kind, each, start) for each in ([subject] if subject else found)]


def check_ended(period: Period, as_of: datetime) -> None:
    """Raise ReportError when the period is not over."""
    if as_of < period.ends_at:
        raise ReportError(
            f"the {period.rhythm} of {period.start}",
            f"has not ended: it ends at {period.ends_at.isoformat()}",
            f"Ask for an earlier {period.rhythm}, or again when it is over",
        )


def check_subject(
    con: duckdb.DuckDBPyConnection, kind: str | None, subject: str, called: str
) -> None:
    """Raise SettingsError when ``subject``, ``called`` so, has nothing to tell in any period."""
    asked = [named(kind)] if kind else KINDS.values()
    known = {each for one in asked for each, _ in one.versions(con, None)}
    if subject not in known:
        raise unknown(called, f"subject of {kind} reports" if kind else "subject", known)


def write_report(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    wanted: Owed,
    as_of: datetime,
    kinds: Kinds = KINDS,
) -> ArchivedReport | None:
    """Return the report as archived: the last revision when it would say the same again.

    Otherwise a new revision that lists what changed; None when nothing may be said of the period.
    Raises ReportError when the period has not ended by ``as_of``, or the report cannot be rendered
    or stored; earlier revisions stay as they are.
    """
    desk = _Desk(settings, con, named(wanted.kind, kinds), as_of)
    period = period_from(wanted.start, settings.timezone, desk.kind.rhythm)
    check_ended(period, as_of)
    draft = _drafted(desk, wanted.subject, period)
    if draft is None:
        return None
    last = newest_revision(settings, wanted.kind, wanted.subject, wanted.start)
    said = fingerprint(draft)
    if last is not None and last.fingerprint == said:
        return last
    revised = draft if last is None else _revised(draft, last)
    return store(settings, revised, said, _rendered(revised))


def write_reports(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    wanted: Iterable[Owed],
    as_of: datetime,
    kinds: Kinds = KINDS,
) -> Iterator[ArchivedReport]:
    """Yield each report as archived, as ``write_report`` does, where there is something to say.

    One that fails never stops the others: after the last, one ReportError names all that failed.
    """
    failures: dict[str, str] = {}
    for each in wanted:
        try:
            made = write_report(settings, con, each, as_of, kinds)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are written
            failures[f"{each.kind} {each.subject} {each.start}"] = masked(without_values(error))
        else:
            yield from (made,) if made else ()
    if failures:
        raise ReportError(
            ", ".join(failures),
            "\n".join(f"{name}: {reason}" for name, reason in failures.items()),
            "Every other report is written; these are still owed when their fault is mended",
        )


def named(name: str, kinds: Kinds = KINDS) -> ReportKind:
    """Return the kind of this name; ReportError when there is none."""
    if name not in kinds:
        raise ReportError(name, "is no kind of report", f"The kinds are: {', '.join(kinds)}")
    return kinds[name]


@dataclass(frozen=True)
class _Desk:
    """Where reports of one kind are drafted: over which tables, and as of when."""

    settings: Settings
    con: duckdb.DuckDBPyConnection
    kind: ReportKind
    as_of: datetime


def _owed_at(desk: _Desk) -> Iterator[Owed]:
    for (subject, start), version in sorted(desk.kind.versions(desk.con, None).items()):
        period = Period(start, desk.settings.timezone, desk.kind.rhythm)
        if period.ends_at <= desk.as_of and _is_owed(desk, subject, period, version):
            yield Owed(desk.kind.name, subject, start)


def _is_owed(desk: _Desk, subject: str, period: Period, version: str) -> bool:
    last = newest_revision(desk.settings, desk.kind.name, subject, period.start)
    if last is None and not desk.kind.is_conditional:
        return True
    if last is not None and last.data_version == version:
        return False
    try:
        draft = _drafted(desk, subject, period)
    except Exception:  # noqa: BLE001 - one client's draft never stops the others
        return True
    return draft is not None and (last is None or last.fingerprint != fingerprint(draft))


def _drafted(desk: _Desk, subject: str, period: Period) -> Draft | None:
    second = desk.as_of.astimezone(UTC).replace(microsecond=0)  # PDF and XLSX know no finer instant
    draft = desk.kind.draft(desk.settings, desk.con, subject, period, second)
    return draft and replace(draft, is_demo=draft.is_demo or desk.settings.is_demo)


def _revised(draft: Draft, last: ArchivedReport) -> Draft:
    before: dict[str, Any] = json.loads((last.folder / "report.json").read_bytes())
    # Reports of the first layout did not keep their statements.
    stated = before["tracking"].get("stated")
    changed = () if stated is None else changes(stated, draft)
    return replace(draft, revision=last.revision + 1, changes=changed)


def _rendered(draft: Draft) -> dict[str, bytes]:
    from tracking_pipeline.reports.render import rendered  # noqa: PLC0415 - the renderers are heavy

    try:
        return rendered(draft)
    except TrackingError:
        raise
    except Exception as error:
        raise ReportError(
            draft.report_id,
            f"cannot be rendered ({type(error).__name__}: {error})",
            "Earlier reports are intact; report this as a defect",
        ) from error
