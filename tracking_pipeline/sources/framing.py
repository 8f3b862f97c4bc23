"""Where one record ends and the next begins: what a file is, and its lines."""

import codecs
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.strict import WHITE_SPACE, RefusedError

_SAMPLED_LINES = 20
_AROUND = WHITE_SPACE.encode() + codecs.BOM_UTF8
# Where values end is asked, and not what they are: numbers may have any length.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Block:
    """Whole lines: the first is number ``line`` and stands at byte ``offset``.

    Unless ``is_ended`` it is one line, to which the file had no end yet.
    """

    data: bytes
    line: int
    offset: int
    is_ended: bool = True

    def lines(self) -> Iterator[tuple[bytes, int, int]]:
        """Yield each line with its end, its number and its offset; nothing but LF ends one."""
        offset = self.offset
        for number, raw in enumerate(io.BytesIO(self.data), self.line):
            yield raw, number, offset
            offset += len(raw)


@dataclass(frozen=True)
class Oversized:
    """A line longer than a record may be: its beginning and its whole size."""

    head: bytes
    size: int
    line: int
    offset: int


@dataclass(frozen=True)
class Pending:
    """The unterminated last line, at byte ``offset``."""

    offset: int


def check_encoding(head: bytes) -> None:
    """Raise RefusedError when a file that begins with ``head`` is UTF-16."""
    zeros = (head[0:2].count(0), head[2:4].count(0))
    if head.startswith(_UTF16) or (len(head) > 3 and zeros == (1, 1)):  # noqa: PLR2004 - two letters
        raise RefusedError("utf16", "is UTF-16: save it as UTF-8")


def is_lines(head: bytes, name: str) -> bool:
    """Return whether a file that begins with ``head`` holds a record a line.

    Its name says so, or else its first lines: unless they begin a document that goes on beyond its
    line, one of them ends with a whole object. Text before it, a comment, a broken line and a byte
    order mark change nothing.
    """
    if re.search(r"\.(jsonl|ndjson)(\.(gz|zst))?$", name, re.IGNORECASE):
        return True
    lines = [line.strip(_AROUND) for line in head.split(b"\n", _SAMPLED_LINES)[:_SAMPLED_LINES]]
    if sum(map(bool, lines)) < 2 and not head.endswith(b"\n"):  # noqa: PLR2004 - several lines
        return False
    return not _begins_document(lines) and any(map(_ends_in_object, lines))


def _begins_document(lines: list[bytes]) -> bool:
    """Return whether the first line that opens a bracket begins a value of several lines.

    A record that was cut off looks alike, but for the record that follows it.
    """
    opening = next((n for n, line in enumerate(lines) if line.startswith((b"{", b"["))), 0)
    first, *following = lines[opening:]
    text = first.decode(errors="surrogateescape")
    try:
        _DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        is_list = first.startswith(b"[") or first.endswith(b"[")
        is_followed = next(filter(None, following), b"").startswith(b"{")
        return error.pos >= len(text) and (is_list or not is_followed)
    except RecursionError:
        pass
    return False


def _ends_in_object(line: bytes) -> bool:
    record = re.search(rb'\{\s*"', line) if line.endswith(b"}") else None
    if record is None:
        return False
    text = line[record.start() :].decode(errors="surrogateescape")
    try:
        _, end = _DECODER.raw_decode(text)
    except (json.JSONDecodeError, RecursionError):
        return False
    return end == len(text)


def with_line_feeds(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield ``chunks`` with LF in the place of CR, where CR alone ends the lines of the first."""
    first = next(chunks, b"")
    if b"\r" not in first or b"\n" in first:
        yield from chain([first], chunks)
        return
    for chunk in chain([first], chunks):
        yield chunk.replace(b"\r", b"\n")


def lines(
    chunks: Iterator[bytes], offset: int, limits: Settings, *, is_growing: bool
) -> Iterator[Block | Oversized | Pending]:
    """Yield the lines of ``chunks`` in blocks; in a growing file an unterminated one is pending."""
    rest, line = b"", 1
    while (chunk := next(chunks, None)) is not None:
        cut = chunk.rfind(b"\n") + 1
        if cut:
            data = b"".join([rest, memoryview(chunk)[:cut]])
            yield Block(data, line, offset)
            line += data.count(b"\n")
            offset += len(data)
            rest = b""
        rest += chunk[cut:]
        if len(rest) > limits.max_record_bytes:
            long, tail = _skip_line(rest, chunks, line, offset, limits.quarantine_raw_bytes)
            yield long
            # The tail may hold whole lines, so it is cut like any other chunk.
            chunks, rest = chain([tail], chunks), b""
            line += 1
            offset += long.size
    if rest:
        last = Block(rest + b"\n", line, offset, is_ended=False)
        yield Pending(offset) if is_growing else last


def _skip_line(
    data: bytes, chunks: Iterator[bytes], line: int, offset: int, kept: int
) -> tuple[Oversized, bytes]:
    head, size = data[:kept], len(data)
    for chunk in chunks:
        cut = chunk.find(b"\n") + 1
        size += cut or len(chunk)
        if cut:
            return Oversized(head, size, line, offset), chunk[cut:]
    return Oversized(head, size, line, offset), b""
