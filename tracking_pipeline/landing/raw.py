"""The bytes of a refused record, out of the archive."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tracking_pipeline.errors import LandingError
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.documents import documents
from tracking_pipeline.sources.examine import wrapper_of
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.record import SourceFile
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.sources.streams import open_stream
from tracking_pipeline.sources.strict import JsonValue, RefusedError, parse
from tracking_pipeline.sources.tables import as_table, read_table
from tracking_pipeline.sources.telemetry.database import whole_row

_BETWEEN = re.compile(r"[ \t\r\n,:]*")


@dataclass(frozen=True)
class Refused:
    """Where a refused record stands in the archive, and as much of it as quarantine keeps.

    ``byte_offset`` counts from the archived object's first byte; ``raw`` is None for a record that
    was right but contradicts another. ``is_whole_file``: the file itself is what was refused.
    """

    source: str
    relative_path: str
    path: Path
    format: str
    line_number: int | None
    byte_offset: int
    raw: bytes | None
    raw_size: int | None
    is_whole_file: bool


def record_bytes(refused: Refused, settings: Settings) -> bytes:
    """Return the whole record as it arrived, of a database or YAML as JSON.

    LandingError when the archive does not hold it any more.
    """
    if refused.is_whole_file:
        return refused.path.read_bytes()
    finders = _FINDERS.get(as_table(refused.format) or "", (_slice, _element, _line))
    found = next(filter(None, (find(refused, settings) for find in finders)), None)
    if found is None:
        raise LandingError(str(refused.path), "no longer holds the record", "Restore the archive")
    return found


def _kept(refused: Refused, _settings: Settings) -> bytes | None:
    """Return what quarantine keeps, when that is all of it."""
    is_whole = refused.raw is not None and len(refused.raw) == refused.raw_size
    return refused.raw if is_whole else None


def _row(refused: Refused, settings: Settings) -> bytes | None:
    """Return the row of a table by its number."""
    file = SourceFile("", refused.path, 0, "UTC", "", "measured", refused.relative_path)
    source = SOURCES[refused.source]
    whole = replace(refused, byte_offset=0)
    format_ = as_table(refused.format)
    if format_ is None:
        return None
    if format_ == "sqlite":
        asked = f"{refused.line_number}\n".encode() + b"".join(_chunks(whole, settings))
        text = isolated(whole_row, asked)
        return text.encode(errors="surrogateescape") if isinstance(text, str) else None
    table = read_table(
        format_, _chunks(whole, settings), 0, source=source, file=file, limits=settings
    )
    for row in table.rows:
        if row.number == refused.line_number:
            return row.raw
    return None


def _slice(refused: Refused, settings: Settings) -> bytes | None:
    """Return the bytes at the offset; None when an element of a list stands somewhere inside."""
    found = bytearray()
    missing = refused.raw_size or 0
    for chunk in _chunks(refused, settings):
        found += chunk[:missing]
        missing -= len(chunk)
        if missing <= 0:
            break
    return bytes(found) if found.startswith(refused.raw or b"") else None


def _element(refused: Refused, settings: Settings) -> bytes | None:
    """Return the record that begins at the offset, or that of its number in the one there."""
    document = next(documents(_chunks(refused, settings), 0, settings), None)
    if document is None or isinstance(document.value, RefusedError):
        return None
    wrapper = wrapper_of(document.value, SOURCES[refused.source])
    if wrapper is None:
        return document.raw
    text = document.raw.decode(errors="surrogateescape")
    member = _member(text, wrapper, refused.line_number or 0, settings.max_json_depth)
    return None if member is None else member.encode(errors="surrogateescape")


def _member(text: str, wrapper: str, number: int, max_depth: int) -> str | None:
    """Return the element of this number in the list under the key ``wrapper`` of an object."""
    key: JsonValue = None
    at = _next(text, 0) + 1
    while text[_next(text, at)] != "}":
        key, at = parse(text, _next(text, at), max_depth)
        start = _next(text, at)
        _, at = parse(text, start, max_depth)
        if key == wrapper:
            break
    else:
        return None
    at = start + 1
    for _ in range(number):
        start = _next(text, at)
        _, at = parse(text, start, max_depth)
    return text[start:at]


def _next(text: str, at: int) -> int:
    """Return where the next value or bracket begins, after white space, commas and colons."""
    match = _BETWEEN.match(text, at)
    return match.end() if match else at


def _line(refused: Refused, settings: Settings) -> bytes:
    """Return the line that begins at the offset."""
    found = bytearray()
    for chunk in _chunks(refused, settings):
        line, end, _ = chunk.partition(b"\n")
        found += line
        if end:
            break
    return bytes(found)


def _chunks(refused: Refused, settings: Settings) -> Iterator[bytes]:
    """Yield the unpacked bytes from the record's offset on."""
    file = SourceFile("", refused.path, 0, "UTC", "", "measured")
    missing = refused.byte_offset
    with refused.path.open("rb") as opened:
        for chunk in open_stream(opened, file, settings).chunks:
            if missing < len(chunk):
                yield chunk[missing:]
            missing = max(missing - len(chunk), 0)


_FINDERS: dict[str, tuple[Callable[[Refused, Settings], bytes | None], ...]] = {
    "csv": (_kept, _row),
    "yaml": (_kept, _row),
    "sqlite": (_row,),
}
