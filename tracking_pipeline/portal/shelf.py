"""What the shelf shows: reports by period, and open alerts, as display text."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from tracking_pipeline.reports import display
from tracking_pipeline.reports.archive import ArchivedReport, ReportFile
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.store import open_store

_FORMATS = {
    "html": "HTML",
    "pdf": "PDF",
    "md": "Markdown",
    "json": "JSON",
    "xlsx": "Excel",
    "yaml": "YAML",
    "pptx": "PowerPoint",
}
_EDITIONS = {
    "executive": "Executive",
    "technical": "Technical",
    "client": "Client",
    "all": "Data",
}
_KILO = 1024
_MOST = 60
"""How many reports one page shows; the choices narrow them down."""


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

    kind: str
    subject: str
    period: str
    revision: int
    as_of: str
    mark: str
    is_demo: bool
    reasons: tuple[str, ...]
    n_changes: int
    editions: tuple[EditionRow, ...]


@dataclass(frozen=True)
class Group:
    """A report of a period: its newest revision, and the earlier ones."""

    newest: ReportCard
    earlier: tuple[ReportCard, ...]


@dataclass(frozen=True)
class Shelf:
    """The reports that were chosen, those of periods without data apart, and the choices."""

    told: tuple[Group, ...]
    silent: tuple[Group, ...]
    n_more: int
    kinds: tuple[tuple[str, str], ...]
    subjects: tuple[tuple[str, str], ...]
    editions: tuple[tuple[str, str], ...]


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


def shelf(reports: list[ArchivedReport], *, kind: str, subject: str, edition: str) -> Shelf:
    """Return ``reports`` (newest first) by period; an empty choice keeps all."""
    chosen = [r for r in reports if kind in {"", r.kind} and subject in {"", r.subject}]
    by_period = [
        tuple(revisions)
        for _, revisions in groupby(chosen, key=lambda r: (r.period.start, r.kind, r.subject))
    ]
    told = [revisions for revisions in by_period if not revisions[0].is_silent]
    silent = [revisions for revisions in by_period if revisions[0].is_silent]
    return Shelf(
        told=_groups(told[:_MOST], edition),
        silent=_groups(silent[:_MOST], edition),
        n_more=max(len(told) - _MOST, 0) + max(len(silent) - _MOST, 0),
        kinds=tuple(sorted({(r.kind, r.kind_label) for r in reports})),
        subjects=tuple(sorted({(r.subject, r.subject_label) for r in reports})),
        editions=tuple(_EDITIONS.items()),
    )


def file_path(report: ArchivedReport, file: ReportFile) -> str:
    """Return the path that opens the file."""
    return f"/reports/{report.address}/{file.name}"


def _groups(periods: Iterable[tuple[ArchivedReport, ...]], edition: str) -> tuple[Group, ...]:
    cards = [tuple(_card(report, edition) for report in revisions) for revisions in periods]
    return tuple(Group(newest, tuple(earlier)) for newest, *earlier in cards)


def _card(report: ArchivedReport, edition: str) -> ReportCard:
    rows = tuple(
        EditionRow(label, files)
        for name, label in _EDITIONS.items()
        if edition in {"", name} and (files := _links(report, name))
    )
    return ReportCard(
        kind=report.kind_label,
        subject=report.subject_label,
        period=display.span(report.period),
        revision=report.revision,
        as_of=display.instant(report.as_of),
        mark=report.mark,
        is_demo=report.is_demo,
        reasons=report.reasons,
        n_changes=len({change["figure"] for change in report.changes}),
        editions=rows,
    )


def _links(report: ArchivedReport, edition: str) -> tuple[FileLink, ...]:
    return tuple(
        FileLink(file_path(report, file), _label(file), _size(file.size_bytes))
        for file in report.files
        if file.edition == edition
    )


def _label(file: ReportFile) -> str:
    """Return the format, and which file it is where the edition does not say it."""
    stem, _, _ = file.name.partition(".")
    shown = _FORMATS.get(file.format, file.format)
    is_plain = stem in {"report", file.edition}
    return shown if is_plain else f"{display.title(stem.replace('-', ' '))} {shown}"


def _size(size_bytes: int) -> str:
    if size_bytes < _KILO**2:
        return f"{max(1, round(size_bytes / _KILO)):,} KB"
    return f"{size_bytes / _KILO**2:,.1f} MB"
