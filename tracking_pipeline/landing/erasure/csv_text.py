"""Cuts in CSV: the rows of a person become blank, and their lines stay where they were."""

import re
from collections.abc import Iterator

from tracking_pipeline.landing.erasure.json_text import Content, Edit, chunks_of, text_start
from tracking_pipeline.landing.erasure.spans import Personal
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.csv_rows import MOST_LINES, Row, split_rows
from tracking_pipeline.sources.strict import RefusedError

_NOT_A_LINE_END = re.compile(rb"[^\r\n]")


def csv_edits(content: Content, whom: Whom, of: Personal, limits: Settings) -> list[Edit] | None:
    """Return (first byte, end, bytes) a cut; None when every row is the person's.

    RefusedError for a file that is read by nobody.
    """
    start = text_start(content)
    places: set[int] = set()
    # Whose quotation was never closed: with the row behind it gone, it could swallow others.
    broken: list[Row] = []
    cut: list[Row] = []
    n_rows = 0
    for number, row in enumerate(_rows(content, start, limits)):
        if number == 0:
            places = _places(row, of)
            continue
        n_rows += bool(row.raw.strip())
        if whom.may_stand_in(row.raw) and _is_about(row, places, whom):
            cut += [each for each in broken if row.line - each.line < MOST_LINES]
            cut.append(row)
            broken = []
        elif isinstance(row.cells, RefusedError):
            broken.append(row)
    if cut and len(cut) == n_rows:
        return None
    return [(row.offset, row.offset + len(row.raw), _blank(row.raw)) for row in cut]


def _places(header: Row, of: Personal) -> set[int]:
    """Return the columns that say whom a row is about."""
    names = [] if isinstance(header.cells, RefusedError) else header.cells
    owners = (of.owner((name.strip(),), is_root_record=True) for name in names)
    return {n for n, owner in enumerate(owners) if owner == ()}


def _blank(raw: bytes) -> bytes:
    return _NOT_A_LINE_END.sub(b" ", raw)


def _rows(content: Content, start: int, limits: Settings) -> Iterator[Row]:
    rows = split_rows(chunks_of(content, start), start, limits)
    return (row for row, _ in rows)


def _is_about(row: Row, places: set[int], whom: Whom) -> bool:
    """Return whether the row goes: it names the person where it says whom it is about, or nowhere.

    Nowhere is between its cells, or in what is no row.
    """
    text = row.raw.decode(errors="surrogateescape")
    cells = [] if isinstance(row.cells, RefusedError) else row.cells
    found = {n for n, cell in enumerate(cells) if whom.is_written_in(cell)}
    if not found:
        return whom.is_written_in(text.replace('""', '"'))
    return not places or bool(found & places)
