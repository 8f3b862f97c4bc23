"""Untrusted YAML as plain values: every scalar stays the text that it is. Runs in a child process.

What could expand, construct or mean two things is refused: aliases, tags, duplicate keys, several
documents, keys that are no scalars, deep nesting.
"""

from collections.abc import Iterator

import yaml

from tracking_pipeline.sources.strict import JsonValue, RefusedError

MAX_DEPTH = 32
_NULLS = {"", "~", "null", "Null", "NULL"}


def read(content: bytes) -> JsonValue:
    """Return the one document in ``content``: mappings, lists, texts, and None for a plain null."""
    try:
        return _document(yaml.parse(content, Loader=yaml.CBaseLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", "is no YAML")
        raise RefusedError("bad_yaml", f"{problem}{place}") from error


def _document(events: Iterator[yaml.Event]) -> JsonValue:
    value: JsonValue = None
    n_documents = 0
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            value = _value(events, event, 1)
            n_documents += 1
            if n_documents > 1:
                raise RefusedError("bad_yaml", "holds more than one document")
    return value


def _value(events: Iterator[yaml.Event], event: yaml.NodeEvent, depth: int) -> JsonValue:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise RefusedError("yaml_alias", f"holds an anchor or alias{_place(event)}")
    if getattr(event, "tag", None) is not None:
        raise RefusedError("yaml_tag", f"holds a tag{_place(event)}")
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event)
    if depth > MAX_DEPTH:
        raise RefusedError("too_deep", f"nested deeper than {MAX_DEPTH} levels{_place(event)}")
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(events, item, depth + 1) for item in _nodes(events)]
    return _mapping(events, depth)


def _mapping(events: Iterator[yaml.Event], depth: int) -> JsonValue:
    members: dict[str, JsonValue] = {}
    for key in _nodes(events):
        name = _value(events, key, depth + 1)
        if not isinstance(name, str):
            raise RefusedError("bad_yaml", f"holds a key that is no text{_place(key)}")
        if name in members:
            raise RefusedError("duplicate_key", f"the key {name[:80]!r} repeats{_place(key)}")
        members[name] = _value(events, next(_nodes(events)), depth + 1)
    return members


def _nodes(events: Iterator[yaml.Event]) -> Iterator[yaml.NodeEvent]:
    """Yield the nodes up to the end of the collection that is open."""
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        if isinstance(event, yaml.NodeEvent):
            yield event


def _scalar(event: yaml.ScalarEvent) -> str | None:
    is_plain = event.implicit[0]
    text: str = event.value
    if "\0" in text:
        raise RefusedError("nul_character", f"holds a NUL{_place(event)}")
    return None if is_plain and text in _NULLS else text


def _place(event: yaml.Event) -> str:
    return f" in line {event.start_mark.line + 1}" if event.start_mark else ""
