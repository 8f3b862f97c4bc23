"""The strict JSON parser: whatever could mean two things, or nothing, is refused by name."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import NoReturn

from tracking_pipeline.sources.privacy import quoted

JsonValue = dict[str, "JsonValue"] | list["JsonValue"] | str | int | float | bool | None
Record = dict[str, JsonValue]

WHITE_SPACE = " \t\r\n"
"""What JSON knows as white space, and nothing else is."""

_NOT_UTF8 = "holds bytes that are not UTF-8: write it as UTF-8"
_EXPECTED = {
    "Expecting value": "a value",
    "Expecting property name": "a key in double quotes",
    "Expecting ',' delimiter": "a comma or a closing bracket",
    "Expecting ':' delimiter": "a colon",
    "Unterminated string": "a closing quote for the text that begins",
    "Invalid control character": "no control character in a text",
    "Invalid \\": "no such escape",
}
_INT64 = range(-(2**63), 2**63)
_INT64_DIGITS = 20
# Bytes that are not UTF-8, decoded with surrogateescape.
_BROKEN_BYTES = re.compile("[\udc80-\udcff]")


class RefusedError(Exception):
    """A record, or a whole file, that cannot be accepted: a closed code and a sentence."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def parse(text: str, start: int, max_depth: int) -> tuple[JsonValue, int]:
    """Return the JSON value that begins at ``start`` of ``text`` and the index after it.

    Raises RefusedError for malformed JSON, duplicate keys, NaN and Infinity, integers beyond 64
    bits, numbers beyond a double, NUL, lone surrogates and nesting below ``max_depth``.
    """
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise _too_deep(max_depth) from error
    except json.JSONDecodeError as error:
        raise _broken(error, error.pos - start + 1) from error
    body = text[start:end]
    if body.count("[") + body.count("{") > max_depth:
        _check_depth(value, max_depth)
    if "\\u" in body:
        _check_characters(value)
    if not body.isascii() and _BROKEN_BYTES.search(body):
        raise RefusedError("invalid_utf8", _NOT_UTF8)
    return value, end


def check_text(text: str) -> None:
    """Raise RefusedError for text that a table's cell may not hold."""
    if "\0" in text:
        raise RefusedError("nul_character", "holds a NUL character")
    if not text.isascii() and _BROKEN_BYTES.search(text):
        raise RefusedError("invalid_utf8", _NOT_UTF8)


def _broken(error: json.JSONDecodeError, place: int) -> RefusedError:
    """Return what is expected at a place and what stands there: one character tells no name."""
    found = error.doc[error.pos : error.pos + 1]
    if found == "\0":
        reason = f"a NUL stands at character {place}: its writer was interrupted, remove the NULs"
        return RefusedError("nul_character", reason)
    if _BROKEN_BYTES.fullmatch(found):
        return RefusedError("invalid_utf8", _NOT_UTF8)
    known = (told for start, told in _EXPECTED.items() if error.msg.startswith(start))
    expected = next(known, error.msg)
    if not found or error.msg.startswith("Unterminated"):
        shown, fix = "its end", "it was cut off, deliver it whole"
    elif found.isprintable() and not found.isspace():
        shown, fix = found, "correct what writes it"
    else:
        name = unicodedata.name(found, "")
        shown, fix = f"U+{ord(found):04X} {name}".strip(), "remove it"
    where = f"expected {expected} at character {place}, found {shown}"
    return RefusedError("bad_json", f"is no JSON: {where}; {fix}")


def _check_depth(value: JsonValue, max_depth: int) -> None:
    level = [value]
    for _ in range(max_depth + 1):
        level = [inner for outer in level for inner in _children(outer)]
        if not level:
            return
    raise _too_deep(max_depth)


def _too_deep(max_depth: int) -> RefusedError:
    return RefusedError("too_deep", f"nested deeper than {max_depth} levels")


def _children(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _check_characters(value: JsonValue) -> None:
    for text in _strings(value):
        if "\0" in text:
            raise RefusedError("nul_character", "holds an escaped NUL character")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise RefusedError("lone_surrogate", "holds half of a surrogate pair")


def _strings(value: JsonValue) -> Iterator[str]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, dict):
            yield from current
        waiting.extend(_children(current))


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        times = Counter(key for key, _ in pairs)
        twice = next(key for key in times if times[key] > 1)
        raise RefusedError("duplicate_key", f"the key {quoted(twice)!r} stands twice in one object")
    return members


def _integer(digits: str) -> int:
    if len(digits) > _INT64_DIGITS or int(digits) not in _INT64:
        raise RefusedError("integer_too_big", f"the integer {digits[:40]} needs more than 64 bits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise RefusedError("number_too_big", f"the number {digits[:40]} is beyond a double")
    return number


def _no_constant(name: str) -> NoReturn:
    raise RefusedError("not_a_number", f"{name} is not a JSON number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=_integer,
    parse_float=_number,
    parse_constant=_no_constant,
)
