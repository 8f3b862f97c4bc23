"""The records on a page of an HTTP endpoint, each with the text that arrived."""

import json
import re
from dataclasses import dataclass
from typing import NoReturn

_SPACE = re.compile(r"[ \t\r\n]*")
# Numbers stay the text they are: a record is handed on, not read.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


@dataclass(frozen=True)
class Page:
    """The records of one answer, a line each, and the address of the next page."""

    records: tuple[str, ...]
    following: str | None


def page_of(body: bytes) -> Page:
    """Return the page that an array or ``{"data": [...], "next": url or null}`` holds.

    Each record keeps its own text, on one line, so that the strict reader judges what was sent.
    ValueError (RecursionError when it is nested too deeply) for anything else.
    """
    text = body.decode("utf-8-sig", errors="surrogateescape")
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        records, end = _elements(text, start)
        following = None
    else:
        members, end = _members(text, start)
        records, _ = _elements(text, members["data"]) if "data" in members else _no_list()
        following = _address(text, members["next"]) if "next" in members else None
    if _skip(text, end) != len(text):
        raise ValueError
    return Page(tuple(records), following)


def _no_list() -> NoReturn:
    raise ValueError


def _address(text: str, start: int) -> str | None:
    found, _ = _DECODER.raw_decode(text, start)
    if found is not None and text[start] != '"':
        raise ValueError
    return str(found) if found else None


def _elements(text: str, start: int) -> tuple[list[str], int]:
    """Return the texts of a list's elements and where the list ends."""
    if text[start : start + 1] != "[":
        raise ValueError
    found: list[str] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        _, end = _DECODER.raw_decode(text, at)
        # Only white space between the parts of a record can be a line break.
        found.append(text[at:end].replace("\r", " ").replace("\n", " "))
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise ValueError
    return found, at + 1


def _members(text: str, start: int) -> tuple[dict[str, int], int]:
    """Return where the value of each key of an object begins, and where the object ends."""
    if text[start : start + 1] != "{":
        raise ValueError
    found: dict[str, int] = {}
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}":
        key, end = _DECODER.raw_decode(text, at)
        at = _skip(text, end)
        if not isinstance(key, str) or key in found or text[at : at + 1] != ":":
            raise ValueError
        found[key] = at = _skip(text, at + 1)
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "}":
            raise ValueError
    return found, at + 1


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
