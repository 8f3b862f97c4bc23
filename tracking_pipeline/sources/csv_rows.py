"""Rows of CSV: comma, semicolon or tab, quotes, a header that is checked, each row for itself."""

import csv
from collections import deque
from collections.abc import Iterator

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.cells import record
from tracking_pipeline.sources.documents import Document
from tracking_pipeline.sources.framing import Block, lines
from tracking_pipeline.sources.privacy import quoted
from tracking_pipeline.sources.record import RecordKind
from tracking_pipeline.sources.strict import JsonValue, RefusedError, check_text

_DELIMITERS = (",", ";", "\t")
# A quotation left open would swallow the rows behind it.
_MAX_LINES = 100


def csv_rows(
    chunks: Iterator[bytes], offset: int, kind: RecordKind, limits: Settings
) -> Iterator[Document]:
    """Yield the rows below the header as records of ``kind``, numbered by their line in the file.

    The value of a blank row is an empty record. Raises RefusedError for a file whose header lacks
    a required column or names one twice, and for one with a line too long to be held.
    """
    taken = _Lines(chunks, offset, limits)
    delimiter, names = _header(taken, kind)
    rows = csv.reader(taken, delimiter=delimiter, strict=True)
    while taken.begin():
        value: JsonValue | RefusedError
        try:
            value = record(_row(names, next(rows), taken, limits), kind)
        except RefusedError as error:
            value = error
        except csv.Error as error:
            value = RefusedError("bad_csv", str(error))
            taken.keep_one()
            rows = csv.reader(taken, delimiter=delimiter, strict=True)
        raw = b"".join(taken.taken).rstrip(b"\r\n")
        yield Document(value, raw, len(raw), taken.line, taken.offset, None)


def _header(taken: "_Lines", kind: RecordKind) -> tuple[str, list[str]]:
    if not taken.begin():
        raise RefusedError("bad_header", "is empty, expected a row of column names")
    first = next(taken)
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        names = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    except csv.Error as error:
        raise RefusedError("bad_header", str(error)) from error
    shown = quoted(", ".join(names), 200)
    if "" in names or len(set(names)) < len(names):
        raise RefusedError("bad_header", f"a column has no name, or two have one: {shown}")
    for field in kind.fields:
        if field.required and not set(field.paths).intersection(names):
            missing = " or ".join(field.paths)
            raise RefusedError("bad_header", f"has no column {missing}, only {shown}")
    return delimiter, names


def _row(
    names: list[str], cells: list[str], taken: "_Lines", limits: Settings
) -> dict[str, JsonValue]:
    if sum(map(len, taken.taken)) > limits.max_record_bytes:
        raise RefusedError("too_long", f"is longer than {limits.max_record_bytes} bytes")
    for cell in cells:
        check_text(cell)
    if not any(cell.strip() for cell in cells):
        return {}
    if len(cells) != len(names):
        reason = f"has {len(cells)} cells where the header has {len(names)}"
        raise RefusedError("wrong_columns", f"line {taken.line} {reason}")
    return dict(zip(names, cells, strict=True))


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
        if len(self.taken) >= _MAX_LINES:
            message = f"a quotation is not closed within {_MAX_LINES} lines"
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
