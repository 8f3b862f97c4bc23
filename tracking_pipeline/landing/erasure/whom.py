"""Whom to erase: the texts and pseudonyms that stand for one person, and where they are found."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_N_SHOWN = 6


@dataclass(frozen=True)
class Whom:
    """A person as files and tables name them.

    ``texts`` are the e-mail address, name or profile address; ``pseudonyms`` what stands for these
    in the tables.
    """

    texts: tuple[str, ...]
    pseudonyms: frozenset[str]

    @cached_property
    def written(self) -> str:
        """Return the regular expression of a text in a file; RE2 knows it but for its borders."""
        return "|".join(_bordered(text) for text in self.texts) or "(?!)"

    @cached_property
    def shown(self) -> str:
        """Return the regular expression of all that tables and reports may show of the person."""
        hashes = [re.escape(each) for each in sorted(self.pseudonyms)]
        labels = [rf"\bEngineer {each[:_N_SHOWN]}\b" for each in sorted(self.pseudonyms)]
        return "|".join([self.written, *hashes, *labels])

    @cached_property
    def roughly(self) -> str:
        """Return the expression for RE2, without borders: a few texts more fit it."""
        texts = [r"\s+".join(map(re.escape, text.split())) for text in self.texts]
        labels = [f"Engineer {each[:_N_SHOWN]}" for each in sorted(self.pseudonyms)]
        return "|".join([*texts, *sorted(self.pseudonyms), *labels])

    def is_written_in(self, text: str) -> bool:
        """Return whether ``text``, as it is or with the escapes of JSON, names the person."""
        if self._written.search(text):
            return True
        return "\\" in text and bool(self._written.search(unescaped(text)))

    def may_stand_in(self, content: "bytes | memoryview") -> bool:
        """Return whether raw bytes may name the person; False only when they do not."""
        return bool(self._raw.search(content))

    def remnants(self, content: bytes) -> int:
        """Return how often ``content``, pages without borders between texts, shows the person.

        What is another's and longer is counted too.
        """
        return len(re.findall(self.roughly.encode(), content, re.IGNORECASE))

    def is_named_in(self, content: "bytes | memoryview") -> bool:
        """Return whether raw bytes hold a text of the person as it is."""
        return next(self.places(content), None) is not None

    def places(self, content: "bytes | memoryview") -> Iterator[tuple[int, int]]:
        """Yield first byte and end of each text of the person in raw bytes."""
        return (match.span() for match in self._named.finditer(content))

    def traces(self, content: "bytes | memoryview | str") -> int:
        """Return how often ``content`` shows the person in any form."""
        if isinstance(content, str):
            return len(self._shown_text.findall(content))
        return len(self._shown_raw.findall(content))

    def without(self, path: str) -> str:
        """Return the path of a file without the person's name in it."""
        mark = hashlib.sha256("\0".join([path, *sorted(self.pseudonyms)]).encode()).hexdigest()
        return self._in_path.sub(f"erased-{mark[:_N_SHOWN]}", path)

    @cached_property
    def _written(self) -> re.Pattern[str]:
        return re.compile(self.written, re.IGNORECASE)

    @cached_property
    def _named(self) -> re.Pattern[bytes]:
        return re.compile(_in_bytes(self.texts), re.IGNORECASE)

    @cached_property
    def _raw(self) -> re.Pattern[bytes]:
        # A backslash may begin the escape of any character.
        return re.compile(rb"\\|" + _in_bytes(self.texts), re.IGNORECASE)

    @cached_property
    def _shown_text(self) -> re.Pattern[str]:
        return re.compile(self.shown, re.IGNORECASE)

    @cached_property
    def _shown_raw(self) -> re.Pattern[bytes]:
        hashes = "|".join(sorted(self.pseudonyms)).encode() or b"(?!)"
        labels = "|".join(rf"\bEngineer {each[:_N_SHOWN]}\b" for each in sorted(self.pseudonyms))
        parts = (_in_bytes(self.texts), hashes, labels.encode() or b"(?!)")
        return re.compile(b"|".join(parts), re.IGNORECASE)

    @cached_property
    def _in_path(self) -> re.Pattern[str]:
        words = (r"[\s_.+-]*".join(map(re.escape, _words(text))) for text in self.texts)
        return re.compile("|".join(words) or "(?!)", re.IGNORECASE)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s/]+", text) if word]


def _bordered(text: str) -> str:
    """Return the expression of ``text`` where it is no part of a longer word or address."""
    words = r"\s+".join(re.escape(word) for word in text.split())
    if "@" in text:
        return rf"(?<![\w.+-]){words}(?![\w-])(?!\.\w)"
    return rf"(?<!\w){words}(?!\w)"


def _in_bytes(texts: tuple[str, ...]) -> bytes:
    """Return the expression of the texts as UTF-8; ASCII letters alone have no case there."""
    forms = {form for text in texts for form in (text, text.lower(), text.upper(), text.title())}
    return "|".join(_bordered(form) for form in sorted(forms)).encode() or b"(?!)"


def unescaped(text: str) -> str:
    """Return ``text`` with the escapes of JSON as what they stand for, whole JSON or not."""
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return _ESCAPED.get(escape[2], escape[2])
