"""Where one record ends and the next begins: what a file is, and its lines."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.strict import RefusedError, parse

_SAMPLED_LINES = 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Block:
    """Whole lines: the first is number ``line`` and stands at byte ``offset``."""

    data: bytes
    line: int
    offset: int

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
        raise RefusedError("utf16", "is UTF-16; files are exchanged as UTF-8")


def is_lines(head: bytes, name: str, max_depth: int) -> bool:
    """Return whether a file that begins with ``head`` holds a record a line.

    Its name says so, or one of several lines is a whole object.
    """
    if re.search(r"\.(jsonl|ndjson)(\.(gz|zst))?$", name, re.IGNORECASE):
        return True
    lines = [line.strip() for line in head.split(b"\n", _SAMPLED_LINES)[:_SAMPLED_LINES]]
    whole = any(_is_object(line, max_depth) for line in lines)
    return whole and (sum(map(bool, lines)) > 1 or head.endswith(b"\n"))


def _is_object(line: bytes, max_depth: int) -> bool:
    if not (line.startswith(b"{") and line.endswith(b"}") and len(line) > 2):  # noqa: PLR2004 - {}
        return False
    try:
        parse(line.decode(errors="surrogateescape"), 0, max_depth)
    except RefusedError:
        return False
    return True


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
        yield Pending(offset) if is_growing else Block(rest + b"\n", line, offset)


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
