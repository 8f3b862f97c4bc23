"""The bytes of a refused record, out of the archive."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tracking_pipeline.errors import LandingError
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.documents import documents
from tracking_pipeline.sources.examine import records_of
from tracking_pipeline.sources.record import SourceFile
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.sources.streams import open_stream
from tracking_pipeline.sources.strict import RefusedError


@dataclass(frozen=True)
class Refused:
    """Where a refused record stands in the archive, and as much of it as quarantine keeps.

    ``byte_offset`` counts from the archived object's first byte; None for a record that was right
    but contradicts another. ``is_whole_file``: the file itself is what was refused.
    """

    source: str
    path: Path
    format: str
    line_number: int | None
    byte_offset: int | None
    raw: bytes | None
    raw_size: int | None
    is_whole_file: bool


def record_bytes(refused: Refused, settings: Settings) -> bytes:
    """Return the whole record; LandingError when the archive does not hold it any more."""
    if refused.raw is not None and len(refused.raw) == refused.raw_size:
        return refused.raw
    if refused.is_whole_file:
        return refused.path.read_bytes()
    if refused.byte_offset is None:
        found = _line(refused, settings) or _element(refused, settings, 0)
    else:
        found = _slice(refused, settings) or _element(refused, settings, refused.byte_offset)
    if found is None:
        raise LandingError(str(refused.path), "no longer holds the record", "Restore the archive")
    return found


def _slice(refused: Refused, settings: Settings) -> bytes | None:
    """Return the bytes at the offset; None when an element of a list stands somewhere inside."""
    found = bytearray()
    missing = refused.raw_size or 0
    for chunk in _chunks(refused, settings, refused.byte_offset or 0):
        found += chunk[:missing]
        missing -= len(chunk)
        if missing <= 0:
            break
    return bytes(found) if found.startswith(refused.raw or b"") else None


def _line(refused: Refused, settings: Settings) -> bytes | None:
    """Return the line of this number, when the file has a record a line and as many lines."""
    if not refused.format.startswith("jsonl"):
        return None
    lines = _lines(_chunks(refused, settings, 0))
    return next(islice(lines, (refused.line_number or 1) - 1, None), None)


def _element(refused: Refused, settings: Settings, offset: int) -> bytes | None:
    """Return the first record of this number, in a list or by its line, from ``offset`` on."""
    for document in documents(_chunks(refused, settings, offset), 0, settings):
        if isinstance(document.value, RefusedError):
            continue
        for index, record in records_of(document.value, SOURCES[refused.source]):
            if refused.line_number == (index or document.index or document.line):
                return json.dumps(record, ensure_ascii=False).encode(errors="surrogatepass")
    return None


def _chunks(refused: Refused, settings: Settings, offset: int) -> Iterator[bytes]:
    """Yield the unpacked bytes from ``offset`` on."""
    file = SourceFile("", refused.path, 0, "UTC", "", "measured")
    with refused.path.open("rb") as opened:
        for chunk in open_stream(opened, file, settings).chunks:
            if offset < len(chunk):
                yield chunk[offset:]
            offset = max(offset - len(chunk), 0)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    yield rest
