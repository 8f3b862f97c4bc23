"""Whom to erase: the texts and pseudonyms that stand for one person, and where they are found."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

_HEX = "[0-9a-fA-F]"
_ESCAPE = re.compile(
    rf"\\(?:(?:u({_HEX}{{4}})|x({_HEX}{{2}})|U(00(?:0{_HEX}|10){_HEX}{{4}}))|(.))", re.DOTALL
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_N_SHOWN = 6
_LONGEST_LANDMARK = 64
_PIECE_BYTES = 2**20
# Between words, in text as in bytes, which know no space but ASCII's.
_GAP = "(?:\\s|\u00a0|\u202f)+"
_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
_BETWEEN_IN_PATHS = r"[\s_.+-]*"


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
        texts = [_GAP.join(map(_spelt, text.split())) for text in self.texts]
        labels = [f"Engineer {each[:_N_SHOWN]}" for each in sorted(self.pseudonyms)]
        return "|".join([*texts, *sorted(self.pseudonyms), *labels])

    def is_written_in(self, text: str) -> bool:
        """Return whether ``text``, as it is or with the escapes of JSON, names the person.

        In any form of Unicode, as all that looks into text.
        """
        if self._written.search(_composed(text)):
            return True
        return "\\" in text and bool(self._written.search(_composed(unescaped(text))))

    def may_stand_in(self, content: "bytes | memoryview") -> bool:
        """Return whether raw bytes may name the person; False only when they do not."""
        return bool(self._raw.search(content))

    def remnants(self, content: bytes) -> int:
        """Return how often ``content``, pages without borders between texts, shows the person.

        What is another's and longer is counted too.
        """
        if not self._may_show(content):
            return 0
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
            return len(self._shown_text.findall(_composed(content)))
        return len(self._shown_raw.findall(content)) if self._may_show(content) else 0

    def without(self, path: str) -> str:
        """Return the path of a file without the person's name, with its accents or without."""
        mark = hashlib.sha256("\0".join([path, *sorted(self.pseudonyms)]).encode()).hexdigest()
        return self._in_path.sub(f"erased-{mark[:_N_SHOWN]}", path)

    def _may_show(self, content: "bytes | memoryview") -> bool:
        """Return False only when no form is in raw bytes, many times as fast as the expressions."""
        if not all(self._landmarks):
            return True
        pieces = (
            bytes(content[max(at - _LONGEST_LANDMARK, 0) : at + _PIECE_BYTES]).lower()
            for at in range(0, len(content), _PIECE_BYTES)
        )
        return any(mark in piece for piece in pieces for mark in self._landmarks)

    @cached_property
    def _landmarks(self) -> tuple[bytes, ...]:
        """Return of each form what bytes hold of it in lower case; b'' where nothing is sure."""
        runs = [re.findall("[!-~]+", _composed(text)) for text in self.texts]
        longest = [max(found, key=len, default="") for found in runs]
        starts = [each[:_N_SHOWN] for each in sorted(self.pseudonyms)]
        return tuple(each[:_LONGEST_LANDMARK].lower().encode() for each in (*longest, *starts))

    @cached_property
    def _written(self) -> re.Pattern[str]:
        return re.compile(self.written, re.IGNORECASE)

    @cached_property
    def _named(self) -> re.Pattern[bytes]:
        return re.compile(self.written.encode(), re.IGNORECASE)

    @cached_property
    def _raw(self) -> re.Pattern[bytes]:
        # A backslash may begin the escape of any character, and what is not ASCII stand for it.
        return re.compile(rb"[\\\x80-\xff]|" + self.written.encode(), re.IGNORECASE)

    @cached_property
    def _shown_text(self) -> re.Pattern[str]:
        return re.compile(self.shown, re.IGNORECASE)

    @cached_property
    def _shown_raw(self) -> re.Pattern[bytes]:
        return re.compile(self.shown.encode(), re.IGNORECASE)

    @cached_property
    def _in_path(self) -> re.Pattern[str]:
        texts = {form for text in self.texts for form in (text, _unaccented(text))}
        words = (_BETWEEN_IN_PATHS.join(map(_spelt, _words(text))) for text in sorted(texts))
        return re.compile("|".join(words) or "(?!)", re.IGNORECASE)


def forms(text: str) -> set[str]:
    """Return ``text`` in each of the four forms of Unicode: one look, and as many pseudonyms."""
    return {text, *(unicodedata.normalize(form, text) for form in _FORMS)}


def folded(text: str) -> str:
    """Return what texts have in common that differ in case and form of Unicode alone."""
    return _composed(_composed(text).casefold())


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s/]+", text) if word]


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _unaccented(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _bordered(text: str) -> str:
    """Return the expression of ``text`` where it is no part of a longer word or address."""
    words = _GAP.join(map(_spelt, text.split()))
    if "@" in text:
        return rf"(?<![\w.+-]){words}(?![\w-])(?!\.\w)"
    return rf"(?<!\w){words}(?!\w)"


def _spelt(word: str) -> str:
    """Return the expression of ``word``, its accents composed or not.

    It fits UTF-8 too, where ASCII letters alone have no case.
    """
    return "".join(map(_letter, _composed(word)))


def _letter(letter: str) -> str:
    if letter.isascii():
        return re.escape(letter)
    cases = (letter, letter.lower(), letter.upper(), letter.title())
    written = {unicodedata.normalize(form, each) for each in cases for form in _FORMS[:2]}
    return f"(?:{'|'.join(map(re.escape, sorted(written)))})"


def unescaped(text: str) -> str:
    """Return ``text`` with the escapes of JSON and YAML as what they stand for, whole or not."""
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    return chr(int(code, 16)) if code else _ESCAPED.get(escape[4], escape[4])
