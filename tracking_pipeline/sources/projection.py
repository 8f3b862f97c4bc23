"""The one implementation of typing: SQL from the JSON text of a record to its landed columns."""

import json
from collections.abc import Callable, Iterator

from tracking_pipeline import keys
from tracking_pipeline.sources.privacy import hashed, masking, without_addresses
from tracking_pipeline.sources.record import (
    COMMON,
    CONTENT,
    LEAD,
    Field,
    JsonType,
    RecordKind,
)
from tracking_pipeline.sources.times import date, instant, noon
from tracking_pipeline.warehouse.swap import quote

# What each line carries beside its text: its place and what its file or the strict parser knows.
PLACE = ("position", "line_number", "byte_offset", "received_at")
INHERITED = ("file_id", "client_id", "provenance", "timezone", "content_hash")
STRICT = ("extras", "lead_rest")

_PLAIN = ("plain", None)
Present = frozenset[str] | None

# A clock that was never set, or a year of two digits; and what anyone plans or promises.
_EARLIEST, _PLANNED = "date '2000-01-01'", "interval 10 years"
# When the date whose noon was observed begins where it begins first.
_DAWN = "observed - interval 26 hours"

_LEAD_KEYS = ("company", "email", "industry", "lead_id", "linkedin_url", "name")
_READ_AS = {
    "BIGINT": "HUGEINT",
    "FLAG": "VARCHAR",
    "SCALAR": "VARCHAR",
    "ANY": "JSON",
    "OBJECT": "JSON",
    "VARCHAR[]": "JSON",
}
# Beyond it an integer no longer fits 64 bits; NaN is greater than everything.
_LARGEST = "9.2e18"
_TEXT = r'"([^"\\\x00-\x1f]|\\.)*"'
_NAME = r'"[!#-?A-\[\]-~]{1,99}"'
_TEXT_LIST = rf"\[\s*({_TEXT}(\s*,\s*{_TEXT})*)?\s*\]"
# An object of plain names and values, as the engine prints it; longer numbers are the strict
# parser's, and so are names that may be none.
_MEMBER = rf"{_NAME}:({_TEXT}|-?\d{{1,12}}(\.\d+)?|true|false|null)"
_FLAT = rf"\{{({_MEMBER}(,{_MEMBER})*)?\}}"
_SORTED = "to_json(map_from_entries(list_sort(map_entries(cast({value} as map(varchar, json))))))"


def typed(kind: RecordKind, lines: str, present: Present = None) -> str:
    """Return a query of ``lines`` that gives the columns of ``parsed_<kind>`` and some more.

    ``lines`` has the columns ``text`` and those of PLACE, INHERITED and STRICT. Beside what is
    landed stand ``position`` and ``refusal`` (NULL, or a reason code about a time or date, and its
    column). With ``present`` given, no other known path stands in any of the lines, none is looked
    for, and ``is_proven`` tells whether the content is what the record's keys and types promise.
    """
    listed = ",\n    ".join(
        f"{expression} as {quote(name)}" for name, expression in _outer(kind, present)
    )
    inner = ",\n    ".join(
        f"{expression} as {quote(name)}" for name, expression in _inner(kind, present)
    )
    return f"""
with shaped as (
    select *, json_transform(text, '{_structure(kind, present)}') as r from {lines}
),
read as (
    select *, {_observed(kind)} as observed from (
        select {", ".join((*PLACE, *INHERITED, *STRICT))},
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
    return common + [(field.column, field.type) for field in kind.own_fields]


def parsed_columns(kind: RecordKind) -> list[tuple[str, str]]:
    """Return the columns of ``parsed_<kind>``: the landed ones, then its place and its person."""
    beside = [("byte_offset", "BIGINT"), *((name, "VARCHAR") for name in _people(kind))]
    return [*landed_columns(kind), *beside]


def _inner(kind: RecordKind, present: Present) -> Iterator[tuple[str, str]]:
    """Yield the raw values: each field's first path that is present."""
    for number, part in enumerate(kind.identity):
        if not _is_column(kind, part) and part != CONTENT:
            yield f"identity_{number}", _scalar(part, present)
    for name, path in _people(kind).items():
        yield name, _scalar(path, present)
    if present is not None:
        yield "is_proven_content", _proof(kind, present)
    for field in kind.fields:
        yield f"raw_{field.column}", _value(field, present)


def _outer(kind: RecordKind, present: Present) -> Iterator[tuple[str, str]]:
    parts = [_part(kind, part, number) for number, part in enumerate(kind.identity)]
    yield "record_id", f"md5(concat_ws(chr(31), '{kind.name}', {', '.join(parts)}))"
    for name in COMMON:
        yield name, _column(kind, name)
    yield "extras", masking("extras")
    yield "file_id", "file_id"
    yield "line_number", "line_number"
    for field in kind.own_fields:
        yield field.column, _landed(field)
    yield "byte_offset", "byte_offset"
    for name in _people(kind):
        yield name, name
    yield "position", "position"
    yield "refusal", _refusal(kind)
    if present is not None:
        yield "is_proven", "is_proven_content"


def _part(kind: RecordKind, part: str, number: int) -> str:
    """Return a part of an identity; of CONTENT a list, in which what is missing has its place."""
    if part == CONTENT:
        fields = [field for field in kind.own_fields if field.column not in kind.circumstances]
        return f"to_json([{', '.join(f'cast({_landed(field)} as varchar)' for field in fields)}])"
    field = next((field for field in kind.fields if field.column == part), None)
    if field is not None and field.type == "VARCHAR" and (field.privacy, field.sql) == _PLAIN:
        # Two that differ in an address alone are two.
        return f"raw_{part}"
    return _column(kind, part) if _is_column(kind, part) else f"identity_{number}"


def _people(kind: RecordKind) -> dict[str, str]:
    """Return the columns that tell whom a record names, and their paths."""
    if kind.person is None:
        return {}
    paths = {"person_email": kind.person.email, "person_name": kind.person.name}
    return {column: path for column, path in paths.items() if path is not None}


def _is_column(kind: RecordKind, part: str) -> bool:
    return part in {"content_hash", *(name for name, _ in landed_columns(kind))}


def _column(kind: RecordKind, name: str) -> str:
    """Return a landed column: what the record says, else what its delivery does."""
    if name == "observed_at":
        return "observed"
    field = next((field for field in kind.fields if field.column == name), None)
    if field is not None:
        return _landed(field)
    return "null::varchar" if name == "session_id" else name


def _observed(kind: RecordKind) -> str:
    field = kind.common_fields.get("observed_at")
    if field is None:
        return "make_timestamp(received_at)"
    return noon("raw_observed_at") if field.type == "DATE" else _landed(field)


def _landed(field: Field) -> str:
    value = f"raw_{field.column}"
    if field.json_type == "VARCHAR[]":
        value = f"cast({value} as varchar[])"
    if field.json_type == "OBJECT":
        value = _SORTED.replace("{value}", value)
    if field.sql is not None:
        value = field.sql.replace("{value}", value)
    elif field.type in _READINGS:
        return _READINGS[field.type](value)
    if field.privacy == "pseudonym":
        return hashed(value)
    if field.privacy == "masked":
        return masking(value)
    if field.privacy == "plain" and field.type == "VARCHAR[]":
        return f"list_transform({value}, lambda each: {without_addresses('each')})"
    if field.privacy == "plain" and field.type == "VARCHAR":
        return without_addresses(value)
    return f"cast({value} as {field.type})"


_READINGS: dict[str, Callable[[str], str]] = {"TIMESTAMP": instant, "DATE": date}


def _refusal(kind: RecordKind) -> str:
    """Return SQL of the first thing that is wrong: a reason code and its column."""
    faults = [*_wrong_times(kind), *_wrong_dates(kind), *_wrong_numbers(kind)]
    whens = (f"when {wrong} then '{fault}'" for fault, wrong in faults)
    return f"case {' '.join(whens)} end"


def _wrong_times(kind: RecordKind) -> Iterator[tuple[str, str]]:
    at = kind.common_fields.get("observed_at")
    is_date = at is not None and at.type == "DATE"
    code, earliest = ("bad_date", _DAWN) if is_date else ("bad_timestamp", "observed")
    yield f"{code} observed_at", "observed is null"
    for field in kind.own_fields:
        if field.type in _READINGS:
            unread = f"raw_{field.column} is not null and {_landed(field)} is null"
            yield f"bad_{field.type.lower()} {field.column}", unread
    yield "too_early observed_at", f"observed < {_EARLIEST}"
    yield "future_timestamp observed_at", f"{earliest} > $latest"


def _wrong_dates(kind: RecordKind) -> Iterator[tuple[str, str]]:
    for field in kind.own_fields:
        if field.type == "DATE":
            stated = date(f"raw_{field.column}")
            yield f"too_early {field.column}", f"{stated} < {_EARLIEST}"
            if field.is_past:
                yield f"future_date {field.column}", f"{stated} - interval 14 hours > $latest"
            yield f"too_late {field.column}", f"{stated} - {_PLANNED} > $latest"
    for first, last in kind.periods:
        yield f"ends_before {last}", f"{date(f'raw_{last}')} < {date(f'raw_{first}')}"


def _wrong_numbers(kind: RecordKind) -> Iterator[tuple[str, str]]:
    for field in kind.own_fields:
        low, high = field.bounds
        if field.json_type in {"DOUBLE", "BIGINT"}:
            yield f"wrong_value {field.column}", f"raw_{field.column} not between {low} and {high}"
        elif field.type == "DOUBLE":
            # Of a text that was not proven it may be unreadable.
            value = f"try({_landed(field)})"
            yield f"wrong_value {field.column}", f"{value} not between {low} and {high}"


def _value(field: Field, present: Present) -> str:
    values = [_member(path) for path in field.paths if present is None or path in present]
    if not values:
        return f"null::{_READ_AS.get(field.json_type, field.json_type)}"
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def _member(path: str) -> str:
    return ".".join(["r", *(quote(key) for key in path.split("."))])


def _scalar(part: str, present: Present) -> str:
    """Return a part of an identity as it is written: canonical JSON of the lead, or one value."""
    if part != LEAD:
        return _member(part) if present is None or part in present else "null::varchar"
    paths = {key: f"lead_identifier.{key}" for key in _LEAD_KEYS}
    members = [
        f"""'"{key}":' || to_json({_member(path)})"""
        for key, path in paths.items()
        if present is None or path in present
    ]
    joined = f"concat_ws(',', {', '.join(members)})" if members else "''"
    return f"'{{' || {joined} || '}}' || coalesce(lead_rest, '')"


def _proof(kind: RecordKind, present: frozenset[str]) -> str:
    """Content that keys and types leave open: numbers, lists, NUL, commas before a bracket."""
    checks = [f"{_member(kind.named_by)} = '{kind.name}'"] if kind.named_by else []
    for path, json_type in kind.known.items():
        if path in present:
            checks += [f"({_member(path)} is null or {is_so})" for is_so in _sound(path, json_type)]
    for field in kind.fields:
        value = _value(field, present)
        if field.pattern is not None:
            checks.append(f"({value} is null or regexp_full_match({value}, '{field.pattern}'))")
        if field.is_key:
            is_short = f"length({value}) <= {keys.LONGEST}"
            is_plain = f"regexp_full_match({value}, '{keys.PLAIN}')"
            checks.append(f"({value} is null or ({is_short} and {is_plain}))")
        if field.known is not None:
            checks.append(f"{value} is null")
    checks.append(r"not contains(text, '\u0000')")
    checks.append(r"not regexp_matches(text, ',\s*[}\]]')")
    return "coalesce(" + " and ".join(checks) + ", false)"


def _sound(path: str, json_type: JsonType) -> Iterator[str]:
    """Yield what is true of a value of this type that the strict parser would accept."""
    member = _member(path)
    if json_type == "FLAG":
        yield f"{member} in ('true', 'false', '0', '1')"
    if json_type == "SCALAR":
        # What may be an integer beyond 64 bits, or a text that looks like one.
        yield f"not regexp_full_match({member}, '-?\\d{{19,}}')"
    if json_type in {"DOUBLE", "BIGINT"}:
        yield f"abs({member}) < {_LARGEST}"
    if json_type == "VARCHAR[]":
        yield f"regexp_full_match({member}, '{_TEXT_LIST}')"
    if json_type == "OBJECT":
        yield f"regexp_full_match({member}, '{_FLAT}')"


def _structure(kind: RecordKind, present: Present) -> str:
    """Return the kind's known values as json_transform wants to be told them."""
    known = {
        path: json_type
        for path, json_type in kind.known.items()
        if present is None or path in present
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
