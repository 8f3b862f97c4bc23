"""One parsed JSON value against what its source declares: which kind it is, and what is wrong."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tracking_pipeline.keys import key_fault
from tracking_pipeline.sources.privacy import PERSONAL, impersonal, quoted
from tracking_pipeline.sources.record import (
    CONTENT,
    LEAD,
    NOUNS,
    WITH_A_POINT,
    Default,
    Field,
    JsonType,
    RecordKind,
    Source,
    Tree,
)
from tracking_pipeline.sources.strict import JsonValue, Record, RefusedError

_WITH_COMMA = re.compile(r"[-+]?[0-9.]+,[0-9,.]*")


@dataclass(frozen=True)
class Examined:
    """A record that is right: its canonical ``text`` and what the schema does not know of it.

    ``lead_rest`` is the canonical JSON of unknown members of the lead, part of the identity.
    ``unknown`` are the dotted paths in ``extras``, which tells no value about a person; ``held``
    and ``lost`` the expected columns that the record has, and lacks although their section is
    there. ``present`` are the known paths that stand in it, whatever their value. ``is_closed``:
    its keys and their types say all that was examined, no part of it is free-form. ``stated`` tells
    it from the other records of its file, None where nothing does.
    """

    kind: RecordKind
    text: str
    extras: str | None
    lead_rest: str | None
    unknown: tuple[str, ...]
    held: tuple[str, ...]
    lost: tuple[str, ...]
    present: frozenset[str]
    is_closed: bool
    stated: tuple[JsonValue, ...] | None

    def told(self) -> list[tuple[str, JsonValue]]:
        """Return what the record is about, without whom, by column."""
        values = zip(self.kind.stating_fields, self.stated or (), strict=False)
        return [(field.column, value) for field, value in values if field.privacy == "plain"]

    def shown(self, column: str) -> str:
        """Return where the record has the value of a landed column, and that value, in words."""
        record = json.loads(self.text)
        field = next(field for field in self.kind.fields if field.column == column)
        path = next(path for path in field.paths if _at(record, path) is not None)
        return f"{path} is {_shown(_at(record, path))}"


def records_of(value: JsonValue, source: Source) -> Iterator[tuple[int | None, JsonValue]]:
    """Yield the records in ``value``, those of a list or a wrapper with their 1-based index."""
    items = value if isinstance(value, list) else _wrapped(value, source)
    if items is None:
        yield None, value
    else:
        yield from enumerate(items, start=1)


def kind_name(value: JsonValue, source: Source, path: str) -> str | None:
    """Return the kind that content and ``path`` of the file name, known to the source or not."""
    if not isinstance(value, dict):
        return None
    named = [value[key] for key in source.naming_keys if value.get(key) is not None]
    if named:
        return named[0] if isinstance(named[0], str) else None
    fitting = (each.kind for each in source.defaults if _fits(value, each, path))
    return next(fitting, None)


def _fits(record: Record, default: Default, path: str) -> bool:
    return all(key in record for key in default.keys) and default.fits(path)


def examine(value: JsonValue, source: Source, path: str) -> Examined:
    """Return what ``value`` is; RefusedError when it is no record of ``source``, or a wrong one."""
    if not isinstance(value, dict):
        raise RefusedError("not_an_object", f"a record is an object, not {_name(value)}")
    kind = _kind(value, source, path)
    record = {key: value[key] for key in value if not _is_ignored_list(kind, key, value[key])}
    strange = dict(_strange(record, kind.tree, ""))
    unknown = {path: item for path, item in strange.items() if item is not None}
    _check_required(record, kind)
    _check_contents(record, kind)
    held, lost = _expected(record, kind)
    lead_rest = {path: unknown[path] for path in unknown if path.startswith("lead_identifier.")}
    return Examined(
        kind=kind,
        text=_canonical(record),
        extras=_canonical(_told(unknown, kind, source)) if unknown else None,
        lead_rest=_canonical(lead_rest) if lead_rest else None,
        unknown=tuple(sorted(unknown)),
        held=held,
        lost=lost,
        present=frozenset(_present(record, kind.tree, "")),
        is_closed=not strange
        and record.keys() == value.keys()
        and not _is_free(record, kind)
        and not kind.stated_by,
        stated=_stated(record, kind),
    )


def _stated(record: Record, kind: RecordKind) -> tuple[JsonValue, ...] | None:
    """Return what the record is about; several of nobody in particular are about several."""
    fields = kind.stating_fields
    if not fields:
        return None
    values = tuple(_first(record, field) or None for field in fields)
    is_nobodys = any(
        value is None and field.privacy == "pseudonym"
        for value, field in zip(values, fields, strict=True)
    )
    return None if is_nobodys else values


def identity(value: JsonValue, source: Source, path: str) -> Examined | None:
    """Return what identifies a refused record, as a record of its own that is typed for its id.

    None when that is not the record's kind, its content or its place, or is wrong itself.
    """
    kind = source.by_name.get(kind_name(value, source, path) or "")
    if not isinstance(value, dict) or kind is None:
        return None
    if {CONTENT, "content_hash"}.intersection(kind.identity):
        return None
    fields = {field.column: field.paths for field in kind.fields}
    paths = [each for part in kind.identity for each in fields.get(part, (part,))]
    sections = {"lead_identifier" if each == LEAD else each.partition(".")[0] for each in paths}
    part = {key: value[key] for key in sections | set(source.naming_keys) if key in value}
    try:
        rest = {name: each for name, each in _strange(part, kind.tree, "") if each is not None}
    except RefusedError:
        return None
    lead_rest = {name: rest[name] for name in rest if name.startswith("lead_identifier.")}
    told = _canonical(lead_rest) if lead_rest else None
    return Examined(
        kind, _canonical(part), None, told, (), (), (), frozenset(), is_closed=False, stated=None
    )


def _told(unknown: Mapping[str, JsonValue], kind: RecordKind, source: Source) -> Record:
    """Return what may be told of unknown fields."""
    if kind.is_personal:
        return dict.fromkeys(unknown, PERSONAL)
    return impersonal(unknown, source.personal_sections)


def wrapper_of(value: JsonValue, source: Source) -> str | None:
    """Return the key under which ``value`` holds a list of whole records; None for a record."""
    if not isinstance(value, dict) or any(key in value for key in source.naming_keys):
        return None
    return next((each for each in source.wrappers if isinstance(value.get(each), list)), None)


def _wrapped(value: JsonValue, source: Source) -> list[JsonValue] | None:
    wrapper = wrapper_of(value, source)
    items = value[wrapper] if wrapper and isinstance(value, dict) else None
    return items if isinstance(items, list) else None


def _kind(value: Record, source: Source, path: str) -> RecordKind:
    name = kind_name(value, source, path)
    if name in source.by_name:
        return source.by_name[name]
    keys = " or ".join(source.naming_keys)
    if not keys:
        raise RefusedError("unknown_kind", "the path of its file names no kind")
    named = next((value[key] for key in source.naming_keys if value.get(key) is not None), None)
    stated = f"has no {keys}" if named is None else f"its {keys} is {_shown(named)}"
    raise RefusedError("unknown_kind", f"{stated}, expected {_kinds(source)}")


def _kinds(source: Source) -> str:
    """Return in words by what a record may say of which kind it is."""
    told = [", ".join(kind.name for kind in source.kinds if kind.named_by)]
    told += [f"the keys {', '.join(d.keys)} of a {d.kind}" for d in source.defaults if d.keys]
    return f"one of {', or '.join(told)}"


def _is_ignored_list(kind: RecordKind, key: str, value: JsonValue) -> bool:
    return key in kind.list_sections and isinstance(value, list)


def _present(section: Record, tree: Tree, prefix: str) -> Iterator[str]:
    for key in section.keys() & tree.keys():
        value, node = section[key], tree[key]
        yield prefix + key
        if isinstance(value, dict) and isinstance(node, dict):
            yield from _present(value, node, f"{prefix}{key}.")


def _is_free(record: Record, kind: RecordKind) -> bool:
    return any(
        json_type in _FREE and _FREE[json_type](_at(record, path))
        for path, json_type in kind.known.items()
    )


def _is_nested(value: JsonValue) -> bool:
    return isinstance(value, dict) and any(isinstance(v, dict | list) for v in value.values())


_FREE: dict[JsonType, Callable[[JsonValue], bool]] = {
    "ANY": lambda value: value is not None,
    "OBJECT": _is_nested,
}


def _strange(section: Record, tree: Tree, prefix: str) -> Iterator[tuple[str, JsonValue]]:
    """Yield the members that the schema does not know; RefusedError for one of a wrong type."""
    for key, value in section.items():
        node = tree.get(key)
        path = prefix + key
        if node is None:
            yield path, value
        elif value is None:
            continue
        elif isinstance(node, str):
            _check_type(path, value, node)
        elif isinstance(value, dict):
            yield from _strange(value, node, path + ".")
        else:
            raise RefusedError("wrong_type", f"{path} is {_name(value)}, expected an object")


def _check_type(path: str, value: JsonValue, expected: JsonType) -> None:
    if not _IS[expected](value):
        shown = _name(value) if expected == "SCALAR" else _shown(value)
        has_comma = isinstance(value, str) and _WITH_COMMA.fullmatch(value)
        hint = f": {WITH_A_POINT}" if has_comma and expected in {"DOUBLE", "BIGINT"} else ""
        raise RefusedError("wrong_type", f"{path} is {shown}, expected {NOUNS[expected]}{hint}")


def _check_required(record: Record, kind: RecordKind) -> None:
    observed = kind.common_fields.get("observed_at")
    if (
        observed
        and observed.required
        and all(_at(record, path) in (None, "") for path in observed.paths)
    ):
        raise RefusedError("missing_timestamp", f"has no {' or '.join(observed.paths)}")
    for field in kind.fields:
        if field.required and _first(record, field) is None:
            raise RefusedError("missing_field", f"has no {' or '.join(field.paths)}")


def _check_contents(record: Record, kind: RecordKind) -> None:
    for field in kind.checked_fields:
        value = _first(record, field)
        if isinstance(value, str):
            _check_text(value, field)
        elif isinstance(value, dict) and field.most is not None:
            _check_members(value, field)


def _check_text(value: str, field: Field) -> None:
    if field.pattern and not re.fullmatch(field.pattern, value, re.ASCII):
        raise _wrong_value(field, value)
    if field.known and not field.known(value):
        raise _wrong_value(field, value)
    if field.is_key and value and (fault := key_fault(value)):
        path = " or ".join(field.paths)
        raise RefusedError("wrong_key", f"{path} is {quoted(value)!a}, which {fault}")


def _check_members(members: Record, field: Field) -> None:
    low, high = field.bounds
    for name, value in members.items():
        if fault := "holds an @" if "@" in name else key_fault(name):
            path = " or ".join(field.paths)
            raise RefusedError("wrong_key", f"a name in {path}, {quoted(name)!a}, {fault}")
        if isinstance(value, int | float) and not low <= value <= high:
            path = f"{' or '.join(field.paths)}.{quoted(name)}"
            reason = f"{path} is {_shown(value)}, expected {low:,.0f} to {high:,.0f}"
            raise RefusedError("wrong_value", reason)


def _wrong_value(field: Field, value: JsonValue) -> RefusedError:
    path = " or ".join(field.paths)
    if isinstance(value, str) and not value.strip():
        shown = "empty"
    else:
        shown = _name(value) if field.privacy == "pseudonym" else _shown(value)
    return RefusedError("wrong_value", f"{path} is {shown}, expected {field.expects}")


def _first(record: Record, field: Field) -> JsonValue:
    """Return the value of the first path that is present."""
    values = (_at(record, path) for path in field.paths)
    return next((value for value in values if value is not None), None)


def _expected(record: Record, kind: RecordKind) -> tuple[tuple[str, ...], tuple[str, ...]]:
    held, lost = [], []
    for field in kind.fields:
        if not field.is_expected:
            continue
        if any(_at(record, path) is not None for path in field.paths):
            held.append(field.column)
        elif any(_at(record, path.rpartition(".")[0]) for path in field.paths):
            lost.append(field.column)
    return tuple(held), tuple(lost)


def _at(record: Record, path: str) -> JsonValue:
    value: JsonValue = record
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _canonical(value: Mapping[str, JsonValue]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _shown(value: JsonValue) -> str:
    """Return a single value; what a list or an object holds may be about anybody."""
    if isinstance(value, dict | list):
        return _name(value)
    return repr(quoted(value)) if isinstance(value, str) else quoted(json.dumps(value))


def _name(value: JsonValue) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}
    return "null" if value is None else names.get(type(value), "a number")


def _is_integer(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_IS: dict[JsonType, Callable[[JsonValue], bool]] = {
    "VARCHAR": lambda value: isinstance(value, str),
    "DOUBLE": lambda value: isinstance(value, float) or _is_integer(value),
    "BIGINT": _is_integer,
    "BOOLEAN": lambda value: isinstance(value, bool),
    "FLAG": lambda value: isinstance(value, bool) or (_is_integer(value) and value in {0, 1}),
    "VARCHAR[]": lambda value: (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    ),
    "SCALAR": lambda value: isinstance(value, str) or _is_integer(value),
    "ANY": lambda _value: True,
    "OBJECT": lambda value: isinstance(value, dict),
}
