"""The value of a team: a month, or a quarter, for who leads it."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import duckdb

from tracking_pipeline.reports import display
from tracking_pipeline.reports.draft import Draft, ReportKind, Stated
from tracking_pipeline.reports.engines.frame import FOOTNOTE, NOTHING
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import plain
from tracking_pipeline.reports.telemetry.deck import deck
from tracking_pipeline.reports.telemetry.exported_document import exported_document
from tracking_pipeline.reports.telemetry.measures import LEADING, MEASURES, OF_SAVINGS, Measure
from tracking_pipeline.reports.telemetry.team import TeamReport, team_report
from tracking_pipeline.reports.telemetry.team_document import Tree, team_document
from tracking_pipeline.reports.telemetry.team_sections import sections
from tracking_pipeline.reports.telemetry.team_sheets import sheets
from tracking_pipeline.reports.telemetry.team_versions import versions
from tracking_pipeline.reports.telemetry.value import TeamValue, WindowKind, window
from tracking_pipeline.settings import Settings

_SATURDAY: Final = 6


def draft(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    subject: str,
    period: Period,
    as_of: datetime,
) -> Draft | None:
    """Return the team's report of the period; None when it holds nothing of them."""
    report = _report(settings, con, subject, period)
    if report.window.team is None and not report.exported.engineers:
        return None
    kind = QUARTERLY if period.rhythm == "quarter" else MONTHLY
    exports, reasons = _exports(report, as_of), tuple(_reasons(report, period))
    summary = (MEASURES[name] for name in LEADING)
    return Draft(
        kind=kind.name,
        kind_label=kind.label,
        subject=subject,
        subject_label=f"Team {plain(subject)}",
        period=period,
        as_of=as_of,
        data_version=kind.versions(con, subject).get((subject, period.start), NOTHING),
        editions={
            "executive": tuple(sections(report, period.rhythm, reasons, is_whole=False)),
            "technical": tuple(sections(report, period.rhythm, reasons, is_whole=True)),
        },
        said=_without_batches(asdict(report)),
        data={"team_value": next(iter(exports.values()))},
        stated=tuple(_stated(report)),
        sheets=tuple(sheets(report)),
        summary=tuple((each.label, each.shown(report.window.team)) for each in summary),
        details={},
        exports=exports,
        slides=deck(report),
        reasons=reasons,
        footer=(FOOTNOTE,),
        is_demo=report.window.team is not None and report.window.team.provenance == "simulated",
    )


def _report(
    settings: Settings, con: duckdb.DuckDBPyConnection, subject: str, period: Period
) -> TeamReport:
    kind: WindowKind = "quarter" if period.rhythm == "quarter" else "month"
    now, before = (window(con, kind, each.start, subject) for each in (period, period.previous))
    return team_report(settings, con, now, (period.start, period.end), before)


def _exports(report: TeamReport, as_of: datetime) -> dict[str, Tree]:
    """Return what is computed here, and beside it, or alone, what was exported."""
    made = {}
    if report.window.team is not None:
        made["team-analytics.yaml"] = team_document(report, as_of)
    if report.exported.engineers:
        made["team-analytics-exported.yaml"] = exported_document(report, as_of)
    return made


def _stated(report: TeamReport) -> Iterator[Stated]:
    now, before = report.window.team, report.previous.team
    for each in MEASURES.values():
        about, is_leading = (f"team/{each.name}", each.label), each.name in LEADING
        if now is not None:
            yield Stated(*about, each.of(now), _n(now, each), each.unit, is_leading=is_leading)
        if now is not None and before is not None:
            earlier, n = each.of(before), _n(before, each)
            yield Stated(*about, earlier, n, each.unit, "previous_value", is_leading)
    for export in report.exported.engineers:
        label = f"{report.name(export.engineer_hash)}, as exported: Cost saved"
        figure = f"exported/{export.engineer_hash}/cost_saved_usd"
        yield Stated(figure, label, export.cost_saved_usd, export.dates_covered or 0, "usd")


def _n(team: TeamValue, measure: Measure) -> int:
    return team.engineers_valued if measure.name in OF_SAVINGS else team.engineers


def _reasons(report: TeamReport, period: Period) -> Iterator[str]:
    """Yield what a reader of the figures has to mind."""
    engineers, team = report.window.engineers, report.window.team
    computed = {each.engineer_hash for each in engineers}
    alone = [each for each in report.exported.engineers if each.engineer_hash not in computed]
    weekdays = _weekdays(period)
    if few := sum(each.dates_covered < weekdays for each in engineers):
        of = display.counted(len(engineers), "engineer")
        yield f"{few} of {of} with any daily figures on fewer dates than the {weekdays} weekdays"
    if report.silent:
        yield f"{display.counted(len(report.silent), 'known engineer')} without any data"
    if team is not None and alone:
        yield f"{display.counted(len(alone), 'engineer')} with an export alone: see As exported"
    if team is None:
        yield "nothing but exports was delivered: no figure is computed here"
    if team is not None and team.provenance != "measured":
        yield f"the figures are {team.provenance or 'of unknown provenance'}, not measured"
    if report.exported.mismatches:
        count = display.counted(len(report.exported.mismatches), "exported total")
        yield f"{count} differ from what the export's own parts give"


def _weekdays(period: Period) -> int:
    days = (period.start + timedelta(days=day) for day in range(period.n_days))
    return sum(day.isoweekday() < _SATURDAY for day in days)


def _without_batches(told: object) -> object:
    """Return what a reader is told: all but which batch brought it."""
    if isinstance(told, dict):
        return {
            name: _without_batches(each) for name, each in told.items() if name != "last_batch_id"
        }
    return [_without_batches(each) for each in told] if isinstance(told, tuple | list) else told


MONTHLY: Final = ReportKind(
    "team_value",
    "Team value",
    "month",
    versions,
    draft,
    is_conditional=True,
)
QUARTERLY: Final = ReportKind(
    "team_value_quarterly",
    "Team value of a quarter",
    "quarter",
    partial(versions, rhythm="quarter"),
    draft,
    is_conditional=True,
)
