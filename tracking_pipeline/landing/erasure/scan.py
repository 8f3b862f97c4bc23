"""The proof by looking: how often a file shows a person, raw and unpacked."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO, cast

from tracking_pipeline.landing.archive import private_folder
from tracking_pipeline.landing.erasure import database
from tracking_pipeline.landing.erasure.packed import HEAD_BYTES, closed_format, is_packed, parts
from tracking_pipeline.landing.erasure.question import question
from tracking_pipeline.landing.erasure.spans import Personal
from tracking_pipeline.landing.erasure.whom import Whom, unescaped
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.streams import open_regular
from tracking_pipeline.sources.strict import RefusedError

_CHUNK_BYTES = 8 * 2**20
_OVERLAP_BYTES = 4096
_SQLITE = b"SQLite format 3\0"
_CPU_SECONDS = 60
_MOST_LAYERS = 4


@dataclass(frozen=True)
class Seen:
    """How often something shows a person, and why parts of it could not be searched."""

    n_found: int = 0
    unsearched: tuple[str, ...] = ()

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(self.n_found + other.n_found, (*self.unsearched, *other.unsearched))


def traces(settings: Settings, file: Path, whom: Whom) -> Seen:
    """Return how often a file shows the person: its bytes as they are and what they stand for.

    That is what is packed in it, as far as it can be unpacked, the rows and free pages of SQLite,
    text of UTF-16 and UTF-32, and text without the escapes of JSON and YAML.
    """
    with open_regular(file) as opened:
        return _search(settings, opened, whom, 0)


@contextmanager
def mapped(opened: IO[bytes]) -> Iterator[memoryview]:
    """Yield the bytes of an open file, mapped into memory."""
    if opened.seek(0, 2) == 0:
        yield memoryview(b"")
        return
    with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as found:
        view = memoryview(found)
        try:
            yield view
        finally:
            view.release()


def _search(settings: Settings, opened: BinaryIO, whom: Whom, depth: int) -> Seen:
    with mapped(opened) as content:
        head = bytes(content[:HEAD_BYTES])
        if head.startswith(_SQLITE):
            return Seen(_in_database(bytes(content), whom))
        closed = closed_format(head)
        if closed is not None:
            return Seen(whom.traces(content), (f"is {closed}, which is not unpacked here",))
        n_found = whom.traces(content)
        if not is_packed(head):
            return Seen(max(n_found, _in_text(content, whom), _in_pages(content, whom)))
    seen = Seen(n_found)
    if depth == _MOST_LAYERS:
        return seen + Seen(0, (f"is packed more than {depth} times",))
    return seen + _in_parts(settings, opened, whom, depth)


def _in_parts(settings: Settings, opened: BinaryIO, whom: Whom, depth: int) -> Seen:
    seen = Seen()
    room = private_folder(private_folder(settings.archive_dir) / "incoming")
    try:
        for part in parts(opened, settings):
            with TemporaryFile(dir=room) as unpacked:
                fault = _unpacked(part, unpacked)
                seen += _search(settings, unpacked, whom, depth + 1)
            seen += Seen(0, fault)
    except RefusedError as error:
        return seen + Seen(0, (error.reason,))
    return seen


def _unpacked(part: Iterator[bytes], sink: IO[bytes]) -> tuple[str, ...]:
    """Write what can be unpacked, and return why it is not all."""
    try:
        sink.writelines(part)
    except RefusedError as error:
        # Of a gzip file that was cut off, all that is left has been unpacked.
        return () if error.code == "truncated_gzip" else (error.reason,)
    finally:
        sink.flush()
    return ()


def _in_database(content: bytes, whom: Whom) -> int:
    nowhere = Personal(frozenset(), frozenset())
    try:
        found = isolated(
            database.traces, question(whom, nowhere) + content, cpu_seconds=_CPU_SECONDS
        )
    except RefusedError:
        return whom.remnants(content)
    return cast("int", found)


def _in_text(content: memoryview, whom: Whom) -> int:
    """Return how often a text shows the person when its escapes and forms are read."""
    if b"\0" in bytes(content[:_CHUNK_BYTES]):
        return 0
    texts = (piece.decode(errors="replace") for piece in _pieces(content, 0))
    return sum(whom.traces(unescaped(t)) for t in texts if "\\" in t or not t.isascii())


def _in_pages(content: memoryview, whom: Whom) -> int:
    """Return how often bytes that are no text show the person: as pages, or in wider letters."""
    if b"\0" not in bytes(content[:_CHUNK_BYTES]):
        return 0
    whole = bytes(content)
    narrow = max(whom.remnants(whole), whom.traces(whole.replace(b"\0", b"")))
    if all(text.isascii() for text in whom.texts):
        return narrow
    n_wide = (
        sum(whom.traces(piece.decode(codec, errors="replace")) for piece in _pieces(content, start))
        for codec, width in (("utf-16-le", 2), ("utf-16-be", 2), ("utf-32-le", 4), ("utf-32-be", 4))
        for start in range(width)
    )
    return max(narrow, *n_wide)


def _pieces(content: memoryview, start: int) -> Iterator[bytes]:
    """Yield the bytes in pieces that lap over each other: what is cut stands whole in the next."""
    for at in range(start, max(len(content), start + 1), _CHUNK_BYTES):
        yield bytes(content[max(at - _OVERLAP_BYTES, start) : at + _CHUNK_BYTES])
