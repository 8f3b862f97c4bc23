"""Cuts in CSV: the rows of a person become blank, and their lines stay where they were."""

import csv
import re
from collections.abc import Iterator

from tracking_pipeline.landing.erasure.json_text import Edit
from tracking_pipeline.landing.erasure.spans import Personal
from tracking_pipeline.landing.erasure.whom import Whom

_DELIMITERS = (",", ";", "\t")
# As where it is read: a quotation left open would swallow the rows behind it.
_MAX_LINES = 100
_NOT_A_LINE_END = re.compile(rb"[^\r\n]")


def csv_edits(content: bytes, whom: Whom, of: Personal) -> list[Edit] | None:
    """Return (first byte, end, bytes) a cut; None when every row is the person's."""
    rows = list(_rows(content))
    if not rows:
        return []
    header = rows[0][1].decode(errors="surrogateescape")
    delimiter = max(_DELIMITERS, key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    places = {n for n, name in enumerate(names) if of.owner((name,), is_root_record=True) == ()}
    edits = []
    n_left = 0
    for offset, raw in rows[1:]:
        if _is_about(raw, delimiter, places, whom):
            edits.append((offset, offset + len(raw), _NOT_A_LINE_END.sub(b" ", raw)))
        else:
            n_left += bool(raw.strip())
    return edits if n_left or not edits else None


def _is_about(raw: bytes, delimiter: str, places: set[int], whom: Whom) -> bool:
    text = raw.decode(errors="surrogateescape")
    if not whom.is_written_in(text.replace('""', '"')):
        return False
    try:
        cells = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return True
    found = {n for n, cell in enumerate(cells) if whom.is_written_in(cell)}
    return not places or bool(found & places) or not found


def _rows(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each row with its first byte; a row goes on while a quotation is open."""
    lines = content.splitlines(keepends=True)
    at, offset = 0, 0
    while at < len(lines):
        n_lines, n_quotes = 1, lines[at].count(b'"')
        while n_quotes % 2 and n_lines < _MAX_LINES and at + n_lines < len(lines):
            n_quotes += lines[at + n_lines].count(b'"')
            n_lines += 1
        n_lines = 1 if n_quotes % 2 else n_lines
        raw = b"".join(lines[at : at + n_lines])
        yield offset, raw
        at, offset = at + n_lines, offset + len(raw)
