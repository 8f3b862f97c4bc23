"""The one implementation of typing: SQL from the JSON text of a record to its landed columns."""

import json
from collections.abc import Iterator

from tracking_pipeline.sources.privacy import hashed, masking
from tracking_pipeline.sources.record import Field, JsonType, RecordKind
from tracking_pipeline.warehouse.swap import quote

# What each line carries beside its text: its place and what its file or the strict parser knows.
PLACE = ("position", "file_id", "client_id", "provenance", "timezone", "line_number")
STRICT = ("extras", "lead_rest")

Present = frozenset[str] | None

_LEAD_KEYS = ("company", "email", "industry", "lead_id", "linkedin_url", "name")
_READ_AS = {"BIGINT": "HUGEINT", "SCALAR": "VARCHAR", "ANY": "JSON", "VARCHAR[]": "JSON"}
# Beyond it an integer no longer fits 64 bits; NaN is greater than everything.
_LARGEST = "9.2e18"
_TEXT = r'"([^"\\\x00-\x1f]|\\.)*"'
_TEXT_LIST = rf"\[\s*({_TEXT}(\s*,\s*{_TEXT})*)?\s*\]"

_NAIVE = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?"
_ZONED = _NAIVE + r"(Z|[+-]\d\d(:?\d\d)?)"


def typed(kind: RecordKind, lines: str, present: Present = None) -> str:
    """Return a query of ``lines`` that gives the columns of ``parsed_<kind>`` and three more.

    ``lines`` has the columns ``text``, those of PLACE and those of STRICT. Beside what is landed
    stand ``position``, ``refusal`` (a reason code about time, or NULL) and ``is_proven``: whether
    the content is what the keys and types of the record's shape promise. With ``present`` given,
    no other known path stands in any of the lines, and none is looked for.
    """
    listed = ",\n    ".join(f"{expression} as {quote(name)}" for name, expression in _outer(kind))
    inner = ",\n    ".join(
        f"{expression} as {quote(name)}" for name, expression in _inner(kind, present)
    )
    return f"""
with shaped as (
    select *, json_transform(text, '{_structure(kind, present)}') as r from {lines}
),
read as (
    select *, {_instant("timestamp_text")} as observed_at from (
        select position, file_id, client_id, provenance, timezone, line_number, extras, lead_rest,
    {inner}
        from shaped
    )
)
select
    {listed}
from read
"""


def landed_columns(kind: RecordKind) -> list[tuple[str, str]]:
    """Return the name and SQL type of each column of ``parsed_<kind>``, in order."""
    common = [
        ("record_id", "VARCHAR"),
        ("client_id", "VARCHAR"),
        ("observed_at", "TIMESTAMP"),
        ("provenance", "VARCHAR"),
        ("session_id", "VARCHAR"),
        ("extras", "VARCHAR"),
        ("file_id", "VARCHAR"),
        ("line_number", "BIGINT"),
    ]
    return common + [(field.column, field.type) for field in kind.fields]


def _inner(kind: RecordKind, present: Present) -> Iterator[tuple[str, str]]:
    """Yield the raw values: each field's first path that is present."""
    yield "session_text", _member(kind.session)
    yield "timestamp_text", _member("timestamp")
    yield "identity_text", _identity(kind, present)
    yield "is_proven_content", _proof(kind, present)
    for field in kind.fields:
        yield f"raw_{field.column}", _value(field, present)


def _outer(kind: RecordKind) -> Iterator[tuple[str, str]]:
    yield (
        "record_id",
        (f"md5(concat_ws(chr(31), '{kind.name}', session_text, timestamp_text, identity_text))"),
    )
    for name in ("client_id", "observed_at", "provenance"):
        yield name, name
    yield "session_id", "session_text"
    yield "extras", masking("extras")
    yield "file_id", "file_id"
    yield "line_number", "line_number"
    for field in kind.fields:
        yield field.column, _landed(field)
    yield "position", "position"
    yield "refusal", _refusal(kind)
    yield "is_proven", "is_proven_content"


def _landed(field: Field) -> str:
    value = f"raw_{field.column}"
    if field.json_type == "VARCHAR[]":
        value = f"cast({value} as varchar[])"
    if field.type == "TIMESTAMP":
        return _instant(value)
    if field.privacy == "pseudonym":
        return hashed(value)
    if field.privacy == "masked":
        return masking(value)
    derived = field.sql.replace("{value}", value) if field.sql else value
    return f"cast({derived} as {field.type})"


def _instant(value: str) -> str:
    """Return a UTC timestamp: an offset is honoured, a naive time is one of the file's zone."""
    return (
        f"case when regexp_full_match({value}, '{_NAIVE}') then make_timestamp(epoch_us("
        f"timezone(timezone, try_cast({value} as timestamp)))) "
        f"when regexp_full_match({value}, '{_ZONED}') then make_timestamp(epoch_us("
        f"try_cast({value} as timestamptz))) end"
    )


def _refusal(kind: RecordKind) -> str:
    times = [f"raw_{field.column}" for field in kind.fields if field.type == "TIMESTAMP"]
    unread = [f"({raw} is not null and {_instant(raw)} is null)" for raw in times]
    wrong = " or ".join(["observed_at is null", *unread])
    return (
        f"case when {wrong} then 'bad_timestamp' "
        "when observed_at > $latest then 'future_timestamp' end"
    )


def _value(field: Field, present: Present) -> str:
    values = [_member(path) for path in field.paths if present is None or path in present]
    if not values:
        return f"null::{_READ_AS.get(field.json_type, field.json_type)}"
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def _member(path: str) -> str:
    return ".".join(["r", *(quote(key) for key in path.split("."))])


def _identity(kind: RecordKind, present: Present) -> str:
    """Return canonical JSON of the lead (sorted keys, no spaces), or the kind's own identifier."""
    if kind.identity is not None:
        is_there = present is None or kind.identity in present
        return _member(kind.identity) if is_there else "null::varchar"
    paths = {key: f"lead_identifier.{key}" for key in _LEAD_KEYS}
    members = [
        f"""'"{key}":' || to_json({_member(path)})"""
        for key, path in paths.items()
        if present is None or path in present
    ]
    joined = f"concat_ws(',', {', '.join(members)})" if members else "''"
    return f"'{{' || {joined} || '}}' || coalesce(lead_rest, '')"


def _proof(kind: RecordKind, present: Present) -> str:
    """Content that keys and types leave open: numbers, lists, NUL, commas before a bracket."""
    checks = [f"{_member('log_type')} = '{kind.name}'"]
    for path, json_type in kind.known.items():
        if present is not None and path not in present:
            continue
        member = _member(path)
        if json_type in {"DOUBLE", "BIGINT"}:
            checks.append(f"({member} is null or abs({member}) < {_LARGEST})")
        if json_type == "VARCHAR[]":
            matches = f"regexp_full_match({member}, '{_TEXT_LIST}')"
            checks.append(f"({member} is null or {matches})")
    checks.append(r"not contains(text, '\u0000')")
    checks.append(r"not regexp_matches(text, ',\s*[}\]]')")
    return "coalesce(" + " and ".join(checks) + ", false)"


def _structure(kind: RecordKind, present: Present) -> str:
    """Return the kind's known values as json_transform wants to be told them."""
    known: dict[str, JsonType] = {
        "log_type": "VARCHAR",
        "timestamp": "VARCHAR",
        kind.session: "VARCHAR",
        **{
            path: json_type
            for path, json_type in kind.known.items()
            if present is None or path in present
        },
    }
    root: dict[str, object] = {}
    for path, json_type in known.items():
        *sections, key = path.split(".")
        node = root
        for section in sections:
            inner = node.setdefault(section, {})
            assert isinstance(inner, dict)  # noqa: S101 - a section is never a value too
            node = inner
        node[key] = _READ_AS.get(json_type, json_type)
    return json.dumps(root, separators=(",", ":"))
