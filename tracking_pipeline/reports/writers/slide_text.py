"""How much room a text takes on a slide, and what of it fits: slides never overflow."""

import re
import unicodedata
from collections.abc import Iterator
from math import ceil
from typing import Final

from tracking_pipeline.reports.query import plain

LINE_HEIGHT: Final = 1.2
_POINTS_AN_INCH: Final = 72
# U+0020 to U+007E in thousandths of the size, as wide in Helvetica, Arial and Liberation Sans.
_ASCII: Final = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
    *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
    *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
    *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
    *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
_KNOWN: Final = {chr(code): width for code, width in enumerate(_ASCII, start=0x20)}
_KNOWN.update({"×": 584, "−": 584, "–": 556, "·": 278, "\u00a0": 278})  # noqa: RUF001 - signs
_OTHER: Final = 1000
_EMOJI: Final = 1400
_BOLD: Final = 1.1
_UNITS: Final = re.compile(r"(\d) (%|ms\b|h\b)")
"""A number and its unit stay on one line."""

_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """Return ``text`` on one line, with nothing that XML refuses or that acts instead of reads."""
    shown = plain(_SURROGATES.sub("\ufffd", text)).replace("\ufffd", "")
    return _UNITS.sub("\\1\u00a0\\2", shown)


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return the inches that ``text`` takes in points of Arial; other scripts at their widest."""
    thousandths = sum(_advance(character) for character in text)
    return thousandths / 1000 * size / _POINTS_AN_INCH * (_BOLD if is_bold else 1)


def height(n_lines: int, size: float) -> float:
    """Return the inches that lines of ``size`` points take."""
    return n_lines * size * LINE_HEIGHT / _POINTS_AN_INCH


def n_lines(text: str, inches: float, size: float, *, is_bold: bool = False) -> int:
    """Return how many lines ``text`` wraps to; a word longer than a line is broken."""
    space = width(" ", size, is_bold=is_bold)
    count, used = 1, 0.0
    for word in text.split(" "):
        taken = width(word, size, is_bold=is_bold)
        if used and used + space + taken > inches:
            count, used = count + 1, 0.0
        used += taken + (space if used else 0)
        if used > inches:
            count, used = count + ceil(used / inches) - 1, used % inches
    return count


def shortened(
    text: str, inches: float, size: float, *, most_lines: int = 1, is_bold: bool = False
) -> str:
    """Return ``text``, or as many of its words as fit the lines, ended by an ellipsis."""
    if n_lines(text, inches, size, is_bold=is_bold) <= most_lines:
        return text
    fitting = (
        cut
        for cut in _cuts(text)
        if n_lines(cut, inches, size, is_bold=is_bold) <= most_lines
        and width(cut, size, is_bold=is_bold) <= inches * most_lines
    )
    return next(fitting, "…")


def _cuts(text: str) -> Iterator[str]:
    """Yield the text cut after each word, longest first, then its first word cut ever shorter."""
    words = text.split(" ")
    for end in range(len(words) - 1, 0, -1):
        yield " ".join(words[:end]).rstrip(",;:·–—-") + " …"  # noqa: RUF001 - dashes
    first = words[0] if words else ""
    for end in range(len(first) - 1, 0, -1):
        yield first[:end] + "…"


def _advance(character: str) -> int:
    base = unicodedata.normalize("NFD", character)[0]
    if base in _KNOWN:
        return _KNOWN[base]
    if unicodedata.combining(character):
        return 0
    return _EMOJI if unicodedata.category(character) == "So" else _OTHER
