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
    found = _slice(refused, settings) or _numbered(refused, settings)
    if found is None:
        raise LandingError(str(refused.path), "no longer holds the record", "Restore the archive")
    return found


def _slice(refused: Refused, settings: Settings) -> bytes | None:
    """Return the bytes at the offset; None when an element of a list stands somewhere inside."""
    if refused.byte_offset is None or refused.raw is None or refused.raw_size is None:
        return None
    found = bytearray()
    ahead = refused.byte_offset
    for chunk in _chunks(refused, settings):
        found += chunk[ahead : ahead + refused.raw_size - len(found)]
        ahead = max(ahead - len(chunk), 0)
        if len(found) == refused.raw_size:
            break
    return bytes(found) if found.startswith(refused.raw) else None


def _numbered(refused: Refused, settings: Settings) -> bytes | None:
    """Return the record of this number: of the line, or of the element in its list."""
    chunks = _chunks(refused, settings)
    number = refused.line_number or 1
    if refused.format.startswith("jsonl"):
        return next(islice(_lines(chunks), number - 1, None), None)
    for document in documents(chunks, 0, settings):
        if isinstance(document.value, RefusedError):
            continue
        for index, record in records_of(document.value, SOURCES[refused.source]):
            if number == (index or document.index or document.line):
                return json.dumps(record, ensure_ascii=False).encode(errors="surrogatepass")
    return None


def _chunks(refused: Refused, settings: Settings) -> Iterator[bytes]:
    file = SourceFile("", refused.path, 0, "UTC", "", "measured")
    with refused.path.open("rb") as opened:
        yield from open_stream(opened, file, settings).chunks


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    yield rest
