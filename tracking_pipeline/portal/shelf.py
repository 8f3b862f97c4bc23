"""What the shelf shows: reports grouped by week, and open alerts, as display text."""

from dataclasses import dataclass
from itertools import groupby

from tracking_pipeline.reports import display
from tracking_pipeline.reports.archive import ArchivedReport, ReportFile
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.store import open_store

_FORMATS = {"html": "HTML", "pdf": "PDF", "md": "Markdown", "json": "JSON", "xlsx": "Excel"}
_EDITIONS = {"executive": "Executive", "technical": "Technical", "all": "Data"}
_KILO = 1024


@dataclass(frozen=True)
class FileLink:
    """One file: where it opens and how large it is."""

    href: str
    format: str
    size: str


@dataclass(frozen=True)
class EditionRow:
    """The files of one edition."""

    label: str
    files: tuple[FileLink, ...]


@dataclass(frozen=True)
class ReportCard:
    """One revision of a report."""

    system: str
    period: str
    revision: int
    as_of: str
    mark: str
    reasons: tuple[str, ...]
    n_changes: int
    editions: tuple[EditionRow, ...]


@dataclass(frozen=True)
class WeekGroup:
    """A system's week: its newest revision, and the earlier ones."""

    newest: ReportCard
    earlier: tuple[ReportCard, ...]


@dataclass(frozen=True)
class AlertNote:
    """A fault that is not gone, and since when."""

    message: str
    since: str


def alert_notes(settings: Settings) -> tuple[AlertNote, ...]:
    """Return the open alerts, oldest first."""
    with open_store(settings) as store:
        return tuple(
            AlertNote(alert.message, display.instant(alert.raised_at))
            for alert in open_alerts(store)
        )


def groups(reports: list[ArchivedReport], edition: str) -> tuple[WeekGroup, ...]:
    """Return ``reports`` (newest first) by week; ``edition`` keeps one edition, '' keeps all."""
    by_week = groupby(reports, key=lambda report: (report.period.start, report.system))
    cards = [tuple(_card(report, edition) for report in week) for _, week in by_week]
    return tuple(WeekGroup(newest, tuple(earlier)) for newest, *earlier in cards)


def file_path(report: ArchivedReport, file: ReportFile) -> str:
    """Return the path that opens the file."""
    return f"/reports/{report.system}/{report.period.start}/r{report.revision}/{file.name}"


def _card(report: ArchivedReport, edition: str) -> ReportCard:
    return ReportCard(
        system=report.system_label,
        period=display.span(report.period),
        revision=report.revision,
        as_of=display.instant(report.as_of),
        mark=report.mark,
        reasons=report.reasons,
        n_changes=len({change["figure"] for change in report.changes}),
        editions=tuple(
            EditionRow(label, _links(report, name))
            for name, label in _EDITIONS.items()
            if edition in {"", name}
        ),
    )


def _links(report: ArchivedReport, edition: str) -> tuple[FileLink, ...]:
    return tuple(
        FileLink(
            file_path(report, file), _FORMATS.get(file.format, file.format), _size(file.size_bytes)
        )
        for file in report.files
        if file.edition == edition
    )


def _size(size_bytes: int) -> str:
    if size_bytes < _KILO**2:
        return f"{max(1, round(size_bytes / _KILO)):,} KB"
    return f"{size_bytes / _KILO**2:,.1f} MB"
