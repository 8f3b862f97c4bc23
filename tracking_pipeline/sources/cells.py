"""Rows of a table as records: texts become what their field's type wants of them."""

from collections.abc import Mapping

from tracking_pipeline.sources.privacy import quoted
from tracking_pipeline.sources.record import WITH_A_POINT, JsonType, RecordKind
from tracking_pipeline.sources.strict import JsonValue, Record, RefusedError, parse

# What is written in a table as it is in JSON; anything else stays the text that it is.
_AS_JSON: frozenset[JsonType] = frozenset(("DOUBLE", "BIGINT", "BOOLEAN", "FLAG"))


def record(row: Mapping[str, JsonValue], kind: RecordKind) -> Record:
    """Return ``row`` typed by the fields of ``kind``, texts that are none of their type as texts.

    An empty cell is a missing value. Raises RefusedError for a number that no table holds.
    """
    return _cells(row, kind, "")


def check_keys(row: Mapping[str, JsonValue], kind: RecordKind) -> None:
    """Raise RefusedError for a key of a handwritten row that is no column of its kind."""
    before = ""
    for name, cell in row.items():
        if kind.is_handwritten and name not in kind.columns:
            # In a flow mapping a comma ends the value: `0,25` is 0 and a key.
            if name.isdecimal() and cell is None and before:
                read = f"{before}: {row[before]},{name} is read as two keys"
                raise RefusedError("unknown_column", f"{read}: {WITH_A_POINT}")
            raise RefusedError("unknown_column", no_column(name, kind))
        before = name


def no_column(name: str, kind: RecordKind) -> str:
    """Return that a kind has no such column, and which it has."""
    known = f"the columns of {kind.name} are {', '.join(kind.columns)}"
    return f"{quoted(name)!r} is no column: {known}"


def _cells(row: Mapping[str, JsonValue], kind: RecordKind, section: str) -> Record:
    typed: Record = {}
    for name, cell in row.items():
        path = section + name
        if isinstance(cell, dict) and path in kind.sections and path not in kind.known:
            typed[name] = _cells(cell, kind, f"{path}.")
        elif _is_set(cell):
            typed[name] = _typed(cell, kind.known.get(path))
    return typed


def _is_set(cell: JsonValue) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _typed(cell: JsonValue, expected: JsonType | None) -> JsonValue:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if expected not in _AS_JSON:
        return text
    value = _plain(text.lower() if expected in {"BOOLEAN", "FLAG"} else text)
    is_flag = isinstance(value, bool) and expected in {"BOOLEAN", "FLAG"}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # What is neither stays the text that it is, and is refused as such.
    return value if is_flag or is_number else text


def _plain(text: str) -> JsonValue:
    """Return what the text is in JSON, or the text itself."""
    try:
        value, end = parse(text, 0, 1)
    except RefusedError as error:
        if error.code == "bad_json":
            return text
        raise
    return value if end == len(text) else text
