"""JSON values out of a text, one after the other, in bounded memory: documents and long lists."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.strict import WHITE_SPACE, JsonValue, RefusedError, parse

_SPACE = re.compile(rf"[{WHITE_SPACE}]*")
# Files that begin with a byte order mark are put together.
_BETWEEN = re.compile(rf"[{WHITE_SPACE}\ufeff]*")
_MORE = re.compile(rf"[{WHITE_SPACE}]*[,\]]")
_ALONE = re.compile(r"[ \t\r]*(\n|\Z)")
_BEHIND_TEXT = re.compile(r'[^\n]*?(?=\{\s*")')
_ERRORS = "surrogateescape"
_NEVER_CLOSED = "is no JSON: the list is never closed; deliver it whole"
_TEXT_BEFORE_JSON = (
    "text stands before the JSON, which begins at character {at}: deliver it without what a logger "
    "puts before it"
)


@dataclass(frozen=True)
class Document:
    """One JSON value, or why it is none, with its bytes (the first of them, when it is long).

    ``line`` counts from 1 and ``offset`` is that of its first byte; ``index`` is the number of a
    row of a table that has no lines. ``kind`` and ``place`` say what its reader knows: the kind of
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
        """What a person counts to find it: the row of its table, else the line."""
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
        self._is_in_list = False
        self._indent = ""

    def documents(self) -> Iterator[Document]:
        """Yield what the text holds until its end."""
        while mark := self._next():
            if mark == "[" and self._is_list_of_records():
                yield from self._elements()
            elif mark == "{":
                yield self._document()
            else:
                yield self._stray()

    def _is_list_of_records(self) -> bool:
        """Return whether a list begins here, and not a text in brackets."""
        first = _SPACE.match(self._text, self._at + 1)
        at = first.end() if first else self._at
        if self._text[at : at + 1] in set("{[]"):
            return True
        try:
            _, end = parse(self._text, at, self._limits.max_json_depth)
        except RefusedError:
            return False
        return bool(_MORE.match(self._text, end))

    def _elements(self) -> Iterator[Document]:
        """Yield the elements of a list; an empty one is a document of its own."""
        empty = Document([], b"[]", 2, self._line, self._offset, None)
        self._advance(1)
        self._is_in_list = True
        self._indent = self._space()
        mark, element = self._next(), empty
        if mark == "]":
            yield empty
        while mark not in {"", "]"}:
            element = self._document()
            yield element
            mark = self._next()
            if mark == ",":
                self._advance(1)
                mark = self._next()
        self._is_in_list = False
        self._advance(len(mark))
        if not mark and not isinstance(element.value, RefusedError):
            yield self._refused(RefusedError("bad_json", _NEVER_CLOSED), 0)

    def _document(self) -> Document:
        try:
            value, end = parse(self._text, self._at, self._limits.max_json_depth)
        except RefusedError as error:
            return self._refused(error, self._length_of_ruin())
        length = end - self._at
        if length > self._limits.max_record_bytes:
            reason = f"is longer than {self._limits.max_record_bytes} bytes"
            return self._refused(RefusedError("too_long", reason), length)
        raw = self._text[self._at : end].encode(errors=_ERRORS)
        found = Document(value, raw, len(raw), self._line, self._offset, None)
        self._advance(length)
        return found

    def _stray(self) -> Document:
        """Return a value that is no record and stands alone, or else text as one refusal."""
        try:
            _, end = parse(self._text, self._at, self._limits.max_json_depth)
        except RefusedError as error:
            return self._refused(self._before_json() or error, self._length_of_ruin())
        if _ALONE.match(self._text, end):
            return self._document()
        no_record = RefusedError("not_an_object", "a record is an object, not text")
        return self._refused(self._before_json() or no_record, self._length_of_ruin())

    def _before_json(self) -> RefusedError | None:
        """Return what to say of text that can be seen, and a record behind it on the line."""
        record = _BEHIND_TEXT.match(self._text, self._at)
        if record is None or not self._text[self._at].isprintable():
            return None
        at = record.end() - self._at + 1
        return RefusedError("text_before_json", _TEXT_BEFORE_JSON.format(at=at))

    def _refused(self, error: RefusedError, length: int) -> Document:
        """Skip ``length`` characters, and all to the end of the text when no document follows."""
        line, offset, kept = self._line, self._offset, self._limits.quarantine_raw_bytes
        raw = self._text[self._at : self._at + (length or kept)].encode(errors=_ERRORS)[:kept]
        self._advance(length or len(self._text) - self._at)
        while not length and self._fill():
            self._advance(len(self._text) - self._at)
        return Document(error, raw, self._offset - offset, line, offset, None)

    def _length_of_ruin(self) -> int:
        """How far it is to the next line that begins a document; 0 when none is in sight."""
        beginning = r"[{\[]"
        if self._is_in_list:
            beginning = re.escape(self._indent.rpartition("\n")[2]) + r"\{"
        following = re.compile(rf"\n\ufeff?{beginning}").search(self._text, self._at + 1)
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
        match = (_SPACE if self._is_in_list else _BETWEEN).match(self._text, self._at)
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
