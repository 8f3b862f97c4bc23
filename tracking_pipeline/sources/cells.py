"""Rows of a table as records: texts become what their field's type wants of them."""

from collections.abc import Mapping

from tracking_pipeline.sources.privacy import quoted
from tracking_pipeline.sources.record import NOUNS, JsonType, RecordKind
from tracking_pipeline.sources.strict import JsonValue, Record, RefusedError, parse

# What is written in a table as it is in JSON; anything else stays the text that it is.
_AS_JSON: frozenset[JsonType] = frozenset(("DOUBLE", "BIGINT", "BOOLEAN", "FLAG"))


def record(row: Mapping[str, JsonValue], kind: RecordKind) -> Record:
    """Return ``row`` typed by the fields of ``kind``; an empty cell is a missing value.

    Raises RefusedError naming the column whose text is none of its type.
    """
    return _cells(row, kind, "")


def _cells(row: Mapping[str, JsonValue], kind: RecordKind, section: str) -> Record:
    typed: Record = {}
    for name, cell in row.items():
        path = section + name
        if isinstance(cell, dict) and path in kind.sections and path not in kind.known:
            typed[name] = _cells(cell, kind, f"{path}.")
        elif _is_set(cell):
            typed[name] = _typed(path, cell, kind.known.get(path))
    return typed


def _is_set(cell: JsonValue) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _typed(name: str, cell: JsonValue, expected: JsonType | None) -> JsonValue:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if expected not in _AS_JSON:
        return text
    value = _plain(text.lower() if expected in {"BOOLEAN", "FLAG"} else text)
    is_right = {
        "DOUBLE": isinstance(value, int | float) and not isinstance(value, bool),
        "BIGINT": isinstance(value, int) and not isinstance(value, bool),
        "BOOLEAN": isinstance(value, bool),
        "FLAG": isinstance(value, bool) or value in {0, 1},
    }
    if not is_right[expected]:
        raise RefusedError("wrong_type", f"{name} is {quoted(text)!r}, expected {NOUNS[expected]}")
    return value


def _plain(text: str) -> JsonValue:
    """Return what the text is in JSON, or the text itself."""
    try:
        value, end = parse(text, 0, 1)
    except RefusedError as error:
        if error.code == "bad_json":
            return text
        raise
    return value if end == len(text) else text
