"""Sets a draft's sections into the frame that every report has: masthead, revisions, identity."""

from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import (
    Block,
    Cell,
    Chip,
    Column,
    Document,
    Paragraph,
    RowGroup,
    Section,
    Table,
)
from tracking_pipeline.reports.draft import Change, Draft, Edition

_BEYOND_DIGITS: Final = "changed by less than the digits shown"
_BANNER = "Simulated figures are part of this report; each is marked."
_REVISED_COLUMNS = (
    Column("Figure"),
    Column("Before", is_number=True),
    Column("Now", is_number=True),
)


_MOST_LEADING: Final = 5
"""So many revised figures are listed where only the leading ones are."""


def framed(draft: Draft, edition: Edition) -> Document:
    """Return the edition ready to set; only the technical one lists every revised figure."""
    as_of = display.instant(draft.as_of)
    zone, span = draft.period.zone, display.span(draft.period)
    return Document(
        title=draft.title or draft.subject_label,
        kicker=_kicker(draft, edition),
        period=span,
        mark=Chip(f"data quality: {draft.mark}", "good" if draft.mark == "ok" else "warning"),
        facts=(f"Revision {draft.revision}", f"As of {as_of}", f"Time zone {zone}"),
        banner=_BANNER if draft.is_demo else "",
        document_id=draft.report_id,
        sections=_sections(draft, edition),
        footer=(
            *draft.footer,
            f"{draft.report_id} · {draft.data_version} · figures of {span}, {zone}, as of {as_of}",
        ),
    )


def _sections(draft: Draft, edition: Edition) -> tuple[Section, ...]:
    """Return what leads, then what was revised, then the rest."""
    sections = draft.editions[edition]
    return (*sections[:1], *_revised(draft, edition), *sections[1:])


def _kicker(draft: Draft, edition: Edition) -> str:
    is_only = len(draft.editions) == 1
    return draft.kind_label if is_only else f"{draft.kind_label} · {edition} edition"


def change_label(change: Change, draft: Draft) -> str:
    """Return what differs, in words: the figure, its period before, or its tested change."""
    sayings = {
        "value": "",
        "previous_value": f", {draft.period.rhythm} before",
        "verdict": ", tested change",
    }
    return change.label + sayings[change.saying]


def _revised(draft: Draft, edition: Edition) -> tuple[Section, ...]:
    if not draft.changes:
        return ()
    told = [change for change in draft.changes if len(set(_readings(change))) > 1]
    leading = [change for change in told if change.is_leading][:_MOST_LEADING]
    shown = told if edition == "technical" else leading
    blocks: list[Block] = [_changes(shown, draft)] if shown else []
    if len(shown) < len(told):
        count = f"{display.counted(len(told), 'statement')} changed in all"
        where = "; the technical edition lists every one" if "technical" in draft.editions else ""
        blocks.append(Paragraph(f"{count}{where}."))
    if alike := len(draft.changes) - len(told):
        blocks.append(Paragraph(f"{display.counted(alike, 'figure')} {_BEYOND_DIGITS}."))
    return (Section("revised", f"Revised since revision {draft.revision - 1}", tuple(blocks)),)


def _changes(changes: list[Change], draft: Draft) -> Table:
    rows = tuple(
        (
            Cell(change_label(change, draft)),
            Cell(before),
            Cell(after, is_strong=True),
        )
        for change in changes
        for before, after in (_readings(change),)
    )
    caption = "Figures that the earlier revision stated otherwise; its files are kept"
    return Table(caption, _REVISED_COLUMNS, (RowGroup(rows),))


def _readings(change: Change) -> tuple[str, str]:
    """Return how the change reads, before and now."""
    return (
        _said(change.before, change.unit, change.n_before),
        _said(change.after, change.unit, change.n_after),
    )


def _said(value: float | str | None, unit: str, n: int) -> str:
    return value if isinstance(value, str) else f"{display.number(value, unit)} (n = {n:,})"
