"""The proof by looking: how often a file shows a person, raw and unpacked."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import cast

from tracking_pipeline.landing.erasure import database
from tracking_pipeline.landing.erasure.content import unpacked
from tracking_pipeline.landing.erasure.question import question
from tracking_pipeline.landing.erasure.spans import Personal
from tracking_pipeline.landing.erasure.whom import Whom, unescaped
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.streams import open_regular
from tracking_pipeline.sources.strict import RefusedError

_CHUNK_BYTES = 8 * 2**20
_ZIP = b"PK\3\4"
_SQLITE = b"SQLite format 3\0"
_CPU_SECONDS = 60


def traces(settings: Settings, file: Path, whom: Whom) -> int:
    """Return how often a file shows the person: its bytes as they are and what they stand for.

    That is unpacked .gz, .zst, .xlsx and .pptx, the rows and free pages of SQLite, and text without
    the escapes of JSON and YAML.
    """
    with open_regular(file) as opened:
        head = opened.read(len(_SQLITE))
    with unpacked(settings, file) as (content, _):
        if bytes(content[: len(_SQLITE)]) == _SQLITE:
            return _in_database(bytes(content), whom)
        n_found = whom.traces(content)
        if head.startswith(_ZIP):
            return n_found + sum(whom.traces(member) for member in _members(bytes(content)))
        return max(n_found, _in_text(content, whom))


def _in_database(content: bytes, whom: Whom) -> int:
    nowhere = Personal(frozenset(), frozenset())
    try:
        found = isolated(
            database.traces, question(whom, nowhere) + content, cpu_seconds=_CPU_SECONDS
        )
    except RefusedError:
        return whom.remnants(content)
    return cast("int", found)


def _members(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            yield archive.read(name)


def _in_text(content: memoryview, whom: Whom) -> int:
    """Return how often a text shows the person when its escapes and forms are read."""
    if b"\0" in bytes(content[:_CHUNK_BYTES]):
        return 0
    pieces = (bytes(content[at : at + _CHUNK_BYTES]) for at in range(0, len(content), _CHUNK_BYTES))
    texts = (piece.decode(errors="replace") for piece in pieces)
    return sum(whom.traces(unescaped(t)) for t in texts if "\\" in t or not t.isascii())
