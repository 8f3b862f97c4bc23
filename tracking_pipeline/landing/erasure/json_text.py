"""Cuts in JSON: each keeps the length of what it replaces, so that everything else stays put."""

import codecs
import re
from collections.abc import Iterator, Sequence

from tracking_pipeline.landing.erasure.spans import (
    Path,
    Personal,
    Scalar,
    Span,
    Tree,
    to_cut,
)
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.documents import Document, documents, line_documents
from tracking_pipeline.sources.framing import Block, is_lines, lines, with_line_feeds
from tracking_pipeline.sources.record import ERASED
from tracking_pipeline.sources.streams import CHUNK_BYTES
from tracking_pipeline.sources.strict import JsonValue, RefusedError, parse

Content = bytes | memoryview
Edit = tuple[int, int, bytes]

_SPACE = re.compile(r"[ \t\r\n]*")
_MARK = f'"{ERASED}"'.encode()
_DEPTH = 10_000
_ERRORS = "surrogateescape"


def json_edits(
    content: Content, name: str, whom: Whom, of: Personal, limits: Settings
) -> Iterator[Edit]:
    """Yield (first byte, end, bytes) a cut: records of the person, and texts that name them.

    ``name`` says what the content leaves open, as where it is read.
    """
    start = text_start(content)
    head = next(_chunks(content[:CHUNK_BYTES], start), b"")
    if is_lines(head, name):
        yield from _line_edits(content, start, whom, of, limits)
        return
    for document in documents(_chunks(content, start), start, limits):
        yield from _document_edits(content, document, whom, of)


def fill(n_bytes: int) -> bytes:
    """Return what stands in the place of ``n_bytes`` of a JSON value."""
    if n_bytes >= len(_MARK):
        return _MARK.ljust(n_bytes)
    return b'"' + b"*" * (n_bytes - 2) + b'"'


def text_start(content: Content) -> int:
    """Return where the text begins, behind a byte order mark."""
    return len(codecs.BOM_UTF8) if bytes(content[:3]) == codecs.BOM_UTF8 else 0


def chunks_of(content: Content, first: int) -> Iterator[bytes]:
    """Yield the bytes from ``first`` on, in pieces of bounded size."""
    for start in range(first, len(content), CHUNK_BYTES):
        yield bytes(content[start : start + CHUNK_BYTES])


def _chunks(content: Content, first: int) -> Iterator[bytes]:
    return with_line_feeds(chunks_of(content, first))


def _line_edits(
    content: Content, start: int, whom: Whom, of: Personal, limits: Settings
) -> Iterator[Edit]:
    for piece in lines(_chunks(content, start), start, limits, is_growing=False):
        if not isinstance(piece, Block):
            size = getattr(piece, "size", len(content) - piece.offset)
            yield from _ruin_edits(content, (piece.offset, piece.offset + size), whom)
            continue
        if not whom.may_stand_in(piece.data):
            continue
        for raw, line, offset in piece.lines():
            if whom.may_stand_in(raw):
                for document in line_documents(raw, line, offset, limits):
                    yield from _document_edits(content, document, whom, of)


def _document_edits(
    content: Content, document: Document, whom: Whom, of: Personal
) -> Iterator[Edit]:
    span = (document.offset, min(document.offset + document.size, len(content)))
    if isinstance(document.value, RefusedError):
        yield from _ruin_edits(content, span, whom)
        return
    text = document.raw.decode(errors=_ERRORS)
    if not whom.is_written_in(text):
        return
    owned, mentions = to_cut(_Reader(text).tree(), whom, of, is_root_record=True)
    for start, end in _in_bytes(text, sorted([*owned, *mentions])):
        yield span[0] + start, span[0] + end, fill(end - start)


def _ruin_edits(content: Content, span: Span, whom: Whom) -> Iterator[Edit]:
    """Cut what could not be read and names the person, but for the end of its line."""
    raw = bytes(content[slice(*span)])
    if whom.is_written_in(raw.decode(errors=_ERRORS)):
        size = len(raw.rstrip(b"\r\n"))
        yield span[0], span[0] + size, fill(size)


def _in_bytes(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield spans of characters, in order, as spans of bytes."""
    at, offset = 0, 0
    for start, end in spans:
        offset += len(text[at:start].encode(errors=_ERRORS))
        size = len(text[start:end].encode(errors=_ERRORS))
        yield offset, offset + size
        at, offset = end, offset + size


class _Reader:
    """Reads one JSON value that is known to be right, and notes where everything stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tree = Tree()

    def tree(self) -> Tree:
        """Return the tree of the value at the beginning of the text."""
        self._value(self._skip(0), ())
        return self._tree

    def _value(self, at: int, path: Path) -> int:
        opening = self._text[at]
        if opening in "{[":
            end = self._members(at + 1, path, is_object=opening == "{")
        else:
            value, end = self._scalar(at)
            if isinstance(value, str):
                self._tree.scalars.append(Scalar(path, value, (at, end)))
        self._tree.spans[path] = (at, end)
        return end

    def _members(self, at: int, path: Path, *, is_object: bool) -> int:
        at = self._skip(at)
        index = 0
        while self._text[at] not in "}]":
            key: str | int = index
            if is_object:
                name, end = self._scalar(at)
                key = str(name)
                self._tree.scalars.append(Scalar((*path, key), key, (at, end), is_key=True))
                at = self._skip(self._skip(end) + 1)
            at = self._skip(self._value(at, (*path, key)))
            at = self._skip(at + 1) if self._text[at] == "," else at
            index += 1
        return at + 1

    def _scalar(self, at: int) -> tuple[JsonValue, int]:
        return parse(self._text, at, _DEPTH)

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at
