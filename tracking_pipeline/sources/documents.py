"""JSON values out of a text, one after the other, in bounded memory: documents and long lists."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.strict import WHITE_SPACE, JsonValue, RefusedError, parse

_SPACE = re.compile(rf"[{WHITE_SPACE}]*")
_ERRORS = "surrogateescape"


@dataclass(frozen=True)
class Document:
    """One JSON value, or why it is none, with its bytes (the first of them, when it is long).

    ``line`` counts from 1 and ``offset`` is that of its first byte; ``index`` counts the elements
    of the list in which it stands. ``kind`` and ``place`` say what its reader knows: the kind of
    record, and where it stands in words.
    """

    value: JsonValue | RefusedError
    raw: bytes
    size: int
    line: int
    offset: int
    index: int | None
    kind: str | None = None
    place: str = ""

    @property
    def number(self) -> int:
        """What a person counts to find it: the element of its list, else the line."""
        return self.line if self.index is None else self.index


def documents(chunks: Iterator[bytes], offset: int, limits: Settings) -> Iterator[Document]:
    """Yield the JSON values of a stream of concatenated documents, lists element by element."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors=_ERRORS)
    last = (decoder.decode(b"", final) for final in (True,))
    texts = chain((decoder.decode(chunk) for chunk in chunks), last)
    yield from _Window(texts, 1, offset, limits).documents()


def line_documents(raw: bytes, line: int, offset: int, limits: Settings) -> Iterator[Document]:
    """Yield the JSON values on one line, lists element by element."""
    yield from _Window(
        iter([raw.rstrip(b" \t\r\n").decode(errors=_ERRORS)]), line, offset, limits
    ).documents()


class _Window:
    """The part of a text that is in memory, and where in the file it stands."""

    def __init__(self, texts: Iterator[str], line: int, offset: int, limits: Settings) -> None:
        self._texts = texts
        self._limits = limits
        self._text = ""
        self._at = 0
        self._line = line
        self._offset = offset
        self._index: int | None = None
        self._indent = ""

    def documents(self) -> Iterator[Document]:
        """Yield what the text holds until its end."""
        while mark := self._next():
            if mark == "[" and self._index is None:
                self._advance(1)
                self._index = 0
                self._indent = self._space()
            elif mark == "]" and self._index is not None:
                self._advance(1)
                self._index = None
            else:
                yield self._document()
                if self._index is not None and self._next() == ",":
                    self._advance(1)
        if self._index is not None:
            yield self._refused(RefusedError("bad_json", "the list is never closed"), 0)

    def _document(self) -> Document:
        if self._index is not None:
            self._index += 1
        try:
            value, end = parse(self._text, self._at, self._limits.max_json_depth)
        except RefusedError as error:
            return self._refused(error, self._length_of_ruin())
        length = end - self._at
        if length > self._limits.max_record_bytes:
            reason = f"is longer than {self._limits.max_record_bytes} bytes"
            return self._refused(RefusedError("too_long", reason), length)
        raw = self._text[self._at : end].encode(errors=_ERRORS)
        found = Document(value, raw, len(raw), self._line, self._offset, self._index)
        self._advance(length)
        return found

    def _refused(self, error: RefusedError, length: int) -> Document:
        """Skip ``length`` characters, and all to the end of the text when no document follows."""
        line, offset, kept = self._line, self._offset, self._limits.quarantine_raw_bytes
        raw = self._text[self._at : self._at + (length or kept)].encode(errors=_ERRORS)[:kept]
        self._advance(length or len(self._text) - self._at)
        while not length and self._fill():
            self._advance(len(self._text) - self._at)
        return Document(error, raw, self._offset - offset, line, offset, self._index)

    def _length_of_ruin(self) -> int:
        """How far it is to the next line that begins a document; 0 when none is in sight."""
        indent = re.escape(self._indent.rpartition("\n")[2]) if self._index else ""
        following = re.compile(rf"\n{indent}\{{").search(self._text, self._at + 1)
        if following is None:
            return 0
        ruin = self._text[self._at : following.start()].rstrip(" \t\r\n,")
        return max(len(ruin), 1)

    def _next(self) -> str:
        """Skip white space and return the next character, of enough text to hold a record."""
        while True:
            self._space()
            ahead = len(self._text) - self._at
            if ahead > self._limits.max_record_bytes or not self._fill():
                return self._text[self._at : self._at + 1]

    def _space(self) -> str:
        match = _SPACE.match(self._text, self._at)
        space = match.group() if match else ""
        self._advance(len(space))
        return space

    def _advance(self, length: int) -> None:
        passed = self._text[self._at : self._at + length]
        self._at += length
        self._line += passed.count("\n")
        self._offset += len(passed.encode(errors=_ERRORS))

    def _fill(self) -> bool:
        """Replace what was passed by more text; False at the end of the file."""
        more = next(self._texts, None)
        if more is None:
            return False
        self._text = self._text[self._at :] + more
        self._at = 0
        return True
