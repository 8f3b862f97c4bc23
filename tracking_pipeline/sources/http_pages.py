"""The records on a page of an HTTP endpoint, each with the text that arrived."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

_SPACE = re.compile(r"[ \t\r\n]*")
# Numbers stay the text they are: a record is handed on, not read.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_WATCHED_EVERY = 1_000


@dataclass(frozen=True)
class Page:
    """The records of one answer, a line each, and the address of the next page."""

    records: tuple[str, ...]
    following: str | None


@dataclass(frozen=True)
class _Text:
    """A text that is read once, from its beginning to its end, under watch."""

    text: str
    watch: Callable[[int], None]

    def page(self) -> Page:
        """Return the page of the whole text."""
        at = self.skip(0)
        if self.text.startswith("[", at):
            records, end = self.elements(at)
            following = None
        else:
            records, following, end = self.members(at)
        if self.skip(end) != len(self.text):
            raise ValueError
        return Page(tuple(records), following)

    def members(self, start: int) -> tuple[list[str], str | None, int]:
        """Return the records and the next address of an object, and where it ends."""
        at = self.skip(self.opened(start, "{"))
        records: list[str] | None = None
        found: dict[str, object] = {}
        while not self.text.startswith("}", at):
            key, end = _DECODER.raw_decode(self.text, at)
            colon = self.skip(end)
            if not isinstance(key, str) or key in found:
                raise ValueError
            value_at = self.skip(self.opened(colon, ":"))
            if key == "data":
                records, end = self.elements(value_at)
                found[key] = None
            else:
                found[key], end = _DECODER.raw_decode(self.text, value_at)
                if key == "next" and found[key] is not None and self.text[value_at] != '"':
                    raise ValueError
            at = self.next_part(end, "}")
        if records is None:
            raise ValueError
        following = found.get("next")
        return records, str(following) if following else None, at + 1

    def elements(self, start: int) -> tuple[list[str], int]:
        """Return the texts of a list's elements and where the list ends."""
        found: list[str] = []
        at = self.skip(self.opened(start, "["))
        while not self.text.startswith("]", at):
            _, end = _DECODER.raw_decode(self.text, at)
            # Only white space between the parts of a record can be a line break.
            found.append(self.text[at:end].replace("\r", " ").replace("\n", " "))
            if len(found) % _WATCHED_EVERY == 0:
                self.watch(len(found))
            at = self.next_part(end, "]")
        self.watch(len(found))
        return found, at + 1

    def next_part(self, end: int, closing: str) -> int:
        """Return where the next part begins after one that ends at ``end``, or what closes all."""
        at = self.skip(end)
        if self.text.startswith(closing, at):
            return at
        return self.skip(self.opened(at, ","))

    def opened(self, at: int, sign: str) -> int:
        """Return where it goes on after ``sign``; ValueError when it does not stand there."""
        if not self.text.startswith(sign, at):
            raise ValueError
        return at + 1

    def skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at


def page_of(body: bytes, watch: Callable[[int], None]) -> Page:
    """Return the page that an array or ``{"data": [...], "next": url or null}`` holds.

    Each record keeps its own text, on one line, so that the strict reader judges what was sent.
    ``watch`` is told the number of records so far, every 1,000 and at the end; what it raises ends
    the reading. ValueError (RecursionError when it is nested too deeply) for anything else.
    """
    return _Text(body.decode("utf-8-sig", errors="surrogateescape"), watch).page()
