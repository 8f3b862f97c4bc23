"""Rows of the warehouse as plain values, their texts made harmless on the way in."""

import re
from collections.abc import Sequence
from typing import Any

import duckdb

Row = dict[str, Any]

_SPACES = re.compile(r"[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
# Control, direction, invisible and non-characters: terminals obey them, XML refuses them.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_LONGEST = 600


def rows(con: duckdb.DuckDBPyConnection, query: str, values: Sequence[object]) -> list[Row]:
    """Return the query's rows as dictionaries, each text through `plain`."""
    cursor = con.execute(query, list(values))
    names = [column[0] for column in cursor.description]
    return [
        {name: _value(value) for name, value in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]


def plain(text: str) -> str:
    """Return ``text`` on one line, without characters that act instead of being read."""
    shown = _UNSEEN.sub("\ufffd", _SPACES.sub(" ", text))
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _value(value: object) -> object:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        return tuple(_value(item) for item in value)
    return value
