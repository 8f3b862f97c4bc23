"""One file without a person: what is theirs cut out of it, whatever its format and packing."""

import base64
import gzip
import hashlib
import re
import secrets
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

import zstandard

from tracking_pipeline.landing.archive import private_folder
from tracking_pipeline.landing.erasure import database, yaml_text
from tracking_pipeline.landing.erasure.csv_text import csv_edits
from tracking_pipeline.landing.erasure.json_text import Edit, fill, json_edits
from tracking_pipeline.landing.erasure.packed import HEAD_BYTES, is_packed
from tracking_pipeline.landing.erasure.question import question
from tracking_pipeline.landing.erasure.scan import mapped, traces
from tracking_pipeline.landing.erasure.spans import Personal, personal
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.framing import check_encoding
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.record import ERASED_FILE, Source
from tracking_pipeline.sources.streams import (
    CHUNK_BYTES,
    Packing,
    open_regular,
    packing_of,
    unpack,
)
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.sources.tables import table_format

# A person waits for it, and a cut takes more than a reading.
_CPU_SECONDS = 60
# What may be left of a file that was about the person alone.
_REST = re.compile(rb"[\s,\[\]]*")


@dataclass(frozen=True)
class Cut:
    """A file without the person, in the archive's antechamber; ``is_alone``: nothing is left."""

    temporary: Path
    object_hash: str
    is_alone: bool


def cut(settings: Settings, file: Path, name: str, source: Source, whom: Whom) -> Cut | None:
    """Return ``file`` without the person; None when they are not in it.

    ``name`` is its path below the folder of ``source``, which says how it is read. The same bytes
    come of the same file. What is read by nobody goes whole.
    """
    with unpacked(settings, file) as found:
        content = found.content
        try:
            _expect_read(found, name, source)
            edits = _edits(settings, content, name, source, whom)
            is_searched = bool(edits) or _is_text(content)
        except RefusedError:
            edits, is_searched = [], False
        if edits == [] and not is_searched:
            edits = None if traces(settings, file, whom).n_found else []
        if edits == []:
            return None
        if edits is None:
            return _written(settings, [ERASED_FILE], "", is_alone=True)
        return _written(settings, _applied(content, edits), found.packing, is_alone=False)


@dataclass(frozen=True)
class Unpacked:
    """The content of a file, as far as it can be unpacked, and how it is packed."""

    content: memoryview
    packing: Packing
    is_whole: bool


@contextmanager
def unpacked(settings: Settings, file: Path) -> Iterator[Unpacked]:
    """Yield the content of a file, mapped into memory."""
    with open_regular(file) as opened:
        packing = packing_of(opened.read(HEAD_BYTES))
        if not packing:
            with mapped(opened) as content:
                yield Unpacked(content, packing, is_whole=True)
            return
        size = opened.seek(0, 2)
        opened.seek(0)
        with TemporaryFile(dir=_room(settings)) as sink:
            is_whole = True
            try:
                sink.writelines(unpack(opened, packing, size, settings))
            except RefusedError:
                is_whole = False
            sink.flush()
            with mapped(sink) as content:
                yield Unpacked(content, packing, is_whole)


def _expect_read(found: Unpacked, name: str, source: Source) -> None:
    """Raise RefusedError for what is refused as a whole when it is delivered."""
    head = bytes(found.content[:HEAD_BYTES])
    if not found.is_whole or source.refusal(name) is not None or is_packed(head):
        raise RefusedError("unread", "is read by nobody")
    check_encoding(head)


def _is_text(content: memoryview) -> bool:
    return b"\0" not in bytes(content[:CHUNK_BYTES])


def _edits(
    settings: Settings, content: memoryview, name: str, source: Source, whom: Whom
) -> list[Edit] | None:
    """Return the cuts of a file, in order; None when it is about the person alone.

    RefusedError for what is refused as a whole.
    """
    head = bytes(content[:HEAD_BYTES])
    if head == ERASED_FILE:
        return []
    format_ = table_format(name, head, source)
    of = personal(source)
    if format_ == "sqlite":
        return _database_edits(content, whom, of)
    if not whom.may_stand_in(content):
        return []
    edits: list[Edit] | None
    if format_ == "yaml":
        return _yaml_edits(content, whom, of)
    if format_ == "csv":
        edits = csv_edits(content, whom, of, settings)
    else:
        edits = list(json_edits(content, name, whom, of, settings))
        edits = None if _is_all(content, edits) else edits
    return None if edits is None else _with_rest(content, edits, whom)


def _yaml_edits(content: memoryview, whom: Whom, of: Personal) -> list[Edit] | None:
    answer = isolated(yaml_text.cut, question(whom, of) + bytes(content), cpu_seconds=_CPU_SECONDS)
    told = cast("dict[str, str] | None", answer)
    if told is None:
        return _with_rest(content, [], whom)
    if "alone" in told:
        return None
    text = told["text"].encode(errors="surrogateescape")
    return [(0, len(content), b"".join(_applied(text, _with_rest(text, [], whom))))]


def _database_edits(content: memoryview, whom: Whom, of: Personal) -> list[Edit] | None:
    answer = isolated(database.cut, question(whom, of) + bytes(content), cpu_seconds=_CPU_SECONDS)
    told = cast("dict[str, str] | None", answer)
    if told is None:
        return []
    return None if "alone" in told else [(0, len(content), base64.b64decode(told["content"]))]


def _with_rest(content: "bytes | memoryview", edits: list[Edit], whom: Whom) -> list[Edit]:
    """Return the cuts and one more for each place beside them that names the person."""
    found = sorted(edits)
    rest = []
    for start, end in whom.places(content):
        before = bisect_right(found, start, key=itemgetter(0))
        if not before or found[before - 1][1] < end:
            rest.append((start, end, fill(end - start).replace(b'"', b"*")))
    return sorted([*found, *rest])


def _is_all(content: memoryview, edits: Sequence[Edit]) -> bool:
    """Return whether nothing but brackets and space is left beside what was cut."""
    at = 0
    for start, end, _ in [*edits, (len(content), len(content), b"")]:
        if not _REST.fullmatch(content[at:start]):
            return False
        at = end
    return bool(edits)


def _applied(content: "bytes | memoryview", edits: Sequence[Edit]) -> Iterator[bytes]:
    at = 0
    for start, end, text in [*edits, (len(content), len(content), b"")]:
        for first in range(at, start, CHUNK_BYTES):
            yield bytes(content[first : min(first + CHUNK_BYTES, start)])
        yield text
        at = end


def _written(
    settings: Settings, chunks: "Iterator[bytes] | list[bytes]", packing: Packing, *, is_alone: bool
) -> Cut:
    temporary = _room(settings) / secrets.token_hex(16)
    with temporary.open("xb") as sink:
        _pack(chunks, packing, sink)
    with temporary.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Cut(temporary, digest, is_alone)


def _pack(chunks: "Iterator[bytes] | list[bytes]", packing: Packing, sink: IO[bytes]) -> None:
    if packing == "+gzip":
        with gzip.GzipFile("", "wb", fileobj=sink, mtime=0) as packed:
            packed.writelines(chunks)
    elif packing == "+zstd":
        with zstandard.ZstdCompressor().stream_writer(sink, closefd=False) as packed_sink:
            for chunk in chunks:
                packed_sink.write(chunk)
    else:
        sink.writelines(chunks)


def _room(settings: Settings) -> Path:
    return private_folder(private_folder(settings.archive_dir) / "incoming")
