"""Rows of CSV: comma, semicolon or tab, quotes, a header that is checked, each row for itself."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.cells import no_column, record
from tracking_pipeline.sources.documents import Document
from tracking_pipeline.sources.framing import Block, lines
from tracking_pipeline.sources.privacy import quoted
from tracking_pipeline.sources.record import RecordKind
from tracking_pipeline.sources.strict import JsonValue, RefusedError, check_text

_DELIMITERS = (",", ";", "\t")
MOST_LINES = 100
"""A row has no more: a quotation left open would swallow all rows behind it."""


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file: its cells, or why it has none, and the bytes of it all."""

    cells: list[str] | RefusedError
    raw: bytes
    line: int
    offset: int


def split_rows(chunks: Iterator[bytes], offset: int, limits: Settings) -> Iterator[tuple[Row, str]]:
    """Yield each row, the header first, with the delimiter that the header shows.

    A row that is no CSV is its first line alone, and reading goes on behind that. Raises
    RefusedError for a line too long to be held. Whoever looks into a file of rows goes by it.
    """
    taken = _Lines(chunks, offset, limits)
    if not taken.begin():
        return
    first = next(taken)
    delimiter = max(_DELIMITERS, key=first.count)
    yield _read(csv.reader([first], delimiter=delimiter), taken), delimiter
    rows = csv.reader(taken, delimiter=delimiter, strict=True)
    while taken.begin():
        row = _read(rows, taken)
        if isinstance(row.cells, RefusedError):
            rows = csv.reader(taken, delimiter=delimiter, strict=True)
        yield row, delimiter


def csv_rows(
    chunks: Iterator[bytes], offset: int, kind: RecordKind, limits: Settings
) -> Iterator[Document]:
    """Yield the rows below the header as records of ``kind``, numbered by their line in the file.

    The value of a blank row is an empty record. Raises RefusedError for a file whose header lacks
    a required column or names one twice, and for one with a line too long to be held.
    """
    rows = split_rows(chunks, offset, limits)
    names = _names(next(rows, None), kind)
    for row, _ in rows:
        value: JsonValue | RefusedError
        try:
            value = record(_members(names, row, limits), kind)
        except RefusedError as error:
            value = error
        raw = row.raw.rstrip(b"\r\n")
        yield Document(value, raw, len(raw), row.line, row.offset, None)


def _read(rows: "Iterator[list[str]]", taken: "_Lines") -> Row:
    cells: list[str] | RefusedError
    try:
        cells = next(rows)
    except csv.Error as error:
        cells = RefusedError("bad_csv", str(error))
        taken.keep_one()
    return Row(cells, b"".join(taken.taken), taken.line, taken.offset)


def _names(header: tuple[Row, str] | None, kind: RecordKind) -> list[str]:
    if header is None:
        raise RefusedError("bad_header", "is empty, expected a row of column names")
    cells = header[0].cells
    if isinstance(cells, RefusedError):
        raise RefusedError("bad_header", cells.reason) from cells
    names = [name.strip() for name in cells]
    shown = quoted(", ".join(names), 200)
    if "" in names or len(set(names)) < len(names):
        raise RefusedError("bad_header", f"a column has no name, or two have one: {shown}")
    for field in kind.fields:
        if field.required and not set(field.paths).intersection(names):
            missing = " or ".join(field.paths)
            raise RefusedError("bad_header", f"has no column {missing}, only {shown}")
    if kind.is_handwritten:
        _check_spelling(names, kind)
    return names


def _check_spelling(names: list[str], kind: RecordKind) -> None:
    """Refuse a column that was meant to be another one; what else a table holds is kept."""
    missing = [column for column in kind.columns if column not in names]
    for name in names:
        if name not in kind.columns and (meant := get_close_matches(name, missing, 1)):
            reason = f"{no_column(name, kind)}. Is it {meant[0]}?"
            raise RefusedError("bad_header", reason)


def _members(names: list[str], row: Row, limits: Settings) -> dict[str, JsonValue]:
    if len(row.raw) > limits.max_record_bytes:
        raise RefusedError("too_long", f"is longer than {limits.max_record_bytes} bytes")
    if isinstance(row.cells, RefusedError):
        raise row.cells
    for cell in row.cells:
        check_text(cell)
    if not any(cell.strip() for cell in row.cells):
        return {}
    if len(row.cells) != len(names):
        reason = f"has {len(row.cells)} cells where the header has {len(names)}"
        if len(row.cells) > len(names):
            reason += ": quote a cell that holds the mark between cells, write decimals as 0.25"
        raise RefusedError("wrong_columns", f"line {row.line} {reason}")
    return dict(zip(names, row.cells, strict=True))


class _Lines:
    """The lines of a file as ``csv.reader`` asks for them, and those of the row being read."""

    def __init__(self, chunks: Iterator[bytes], offset: int, limits: Settings) -> None:
        self._ahead: deque[bytes] = deque()
        self._lines = _lines(chunks, offset, limits)
        self.taken: list[bytes] = []
        self.line = 1
        self.offset = offset

    def begin(self) -> bool:
        """Begin the next row; False at the end of the file."""
        self.line += len(self.taken)
        self.offset += sum(map(len, self.taken))
        self.taken = []
        if not self._ahead:
            self._ahead.extend(line for line in [next(self._lines, b"")] if line)
        return bool(self._ahead)

    def keep_one(self) -> None:
        """Give back all lines of the row but its first."""
        self._ahead.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            message = f"a quotation is not closed within {MOST_LINES} lines"
            raise csv.Error(message)
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.taken.append(line)
        return line.decode(errors="surrogateescape")


def _lines(chunks: Iterator[bytes], offset: int, limits: Settings) -> Iterator[bytes]:
    for piece in lines(chunks, offset, limits, is_growing=False):
        if not isinstance(piece, Block):
            reason = f"holds a line of more than {limits.max_record_bytes} bytes"
            raise RefusedError("too_long", reason)
        yield from piece.data.splitlines(keepends=True)
