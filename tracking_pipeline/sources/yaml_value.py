"""Untrusted YAML as plain values: every scalar stays the text that it is. Runs in a child process.

What could construct or mean two things is refused: tags, duplicate keys, several documents, keys
that are no scalars, deep nesting. So are anchors and aliases, but where a format uses them: there
they expand within bounds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from tracking_pipeline.sources.privacy import quoted
from tracking_pipeline.sources.strict import JsonValue, RefusedError

MAX_DEPTH = 32
MAX_EXPANDED = 2**22
"""How many nodes and characters a document with aliases may hold when they are expanded."""

_NULLS = {"", "~", "null", "Null", "NULL"}
_MERGE = "<<"


def read(content: bytes) -> JsonValue:
    """Return the one document in ``content``: mappings, lists, texts, and None for a plain null."""
    return _read(content, has_aliases=False)


def read_expanded(content: bytes) -> JsonValue:
    """Return the one document in ``content``, every alias replaced by what it stands for.

    Merge keys, aliases inside what they stand for, and documents that grow beyond MAX_EXPANDED are
    refused.
    """
    return _read(content, has_aliases=True)


def _read(content: bytes, *, has_aliases: bool) -> JsonValue:
    try:
        return _Document(yaml.parse(content, Loader=yaml.CBaseLoader), has_aliases).root()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or getattr(error, "reason", "is no YAML")
        raise RefusedError("bad_yaml", f"{problem}{place}") from error


@dataclass(frozen=True)
class _Anchored:
    """What an anchor stands for, what it costs to expand, and how many levels it has."""

    value: JsonValue
    cost: int
    height: int


class _Document:
    """One pass over the events of a document."""

    def __init__(self, events: Iterator[yaml.Event], has_aliases: bool) -> None:  # noqa: FBT001 - private
        self._events = events
        self._has_aliases = has_aliases
        self._anchors: dict[str, _Anchored | None] = {}
        self._cost = 0
        self._deepest = 0

    def root(self) -> JsonValue:
        """Return the value of the only document."""
        value: JsonValue = None
        n_documents = 0
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                value = self._value(event, 1)
                n_documents += 1
                if n_documents > 1:
                    raise RefusedError("bad_yaml", "holds more than one document")
        return value

    def _value(self, event: yaml.NodeEvent, depth: int) -> JsonValue:
        if event.anchor is None:
            return self._plain(event, depth)
        if not self._has_aliases:
            raise RefusedError("yaml_alias", f"holds an anchor or alias{_place(event)}")
        if isinstance(event, yaml.AliasEvent):
            return self._expanded(event, event.anchor, depth)
        cost, deepest = self._cost, self._deepest
        self._anchors[event.anchor] = None
        self._deepest = depth
        value = self._plain(event, depth)
        height = self._deepest - depth
        self._anchors[event.anchor] = _Anchored(value, self._cost - cost, height)
        self._deepest = max(deepest, self._deepest)
        return value

    def _expanded(self, event: yaml.Event, anchor: str, depth: int) -> JsonValue:
        anchored = self._anchors.get(anchor)
        if anchored is None:
            is_known = anchor in self._anchors
            problem = "an alias inside what it stands for" if is_known else "an unknown alias"
            raise RefusedError("yaml_alias", f"holds {problem}{_place(event)}")
        self._spend(anchored.cost, event)
        self._descend(depth + anchored.height, event)
        return anchored.value

    def _plain(self, event: yaml.NodeEvent, depth: int) -> JsonValue:
        if getattr(event, "tag", None) is not None:
            raise RefusedError("yaml_tag", f"holds a tag{_place(event)}")
        if isinstance(event, yaml.ScalarEvent):
            self._spend(1 + len(event.value), event)
            return _scalar(event)
        self._spend(1, event)
        self._descend(depth, event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(item, depth + 1) for item in self._nodes()]
        return self._mapping(depth)

    def _mapping(self, depth: int) -> JsonValue:
        members: dict[str, JsonValue] = {}
        for key in self._nodes():
            name = self._value(key, depth + 1)
            if not isinstance(name, str):
                raise RefusedError("bad_yaml", f"holds a key that is no text{_place(key)}")
            if name == _MERGE and self._has_aliases:
                raise RefusedError("yaml_alias", f"holds a merge key{_place(key)}")
            if name in members:
                raise RefusedError(
                    "duplicate_key", f"the key {quoted(name)!r} repeats{_place(key)}"
                )
            members[name] = self._value(next(self._nodes()), depth + 1)
        return members

    def _nodes(self) -> Iterator[yaml.NodeEvent]:
        """Yield the nodes up to the end of the collection that is open."""
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            if isinstance(event, yaml.NodeEvent):
                yield event

    def _spend(self, cost: int, event: yaml.Event) -> None:
        self._cost += cost
        if self._has_aliases and self._cost > MAX_EXPANDED:
            raise RefusedError("yaml_alias", f"grows without measure{_place(event)}")

    def _descend(self, depth: int, event: yaml.Event) -> None:
        if depth > MAX_DEPTH:
            raise RefusedError("too_deep", f"nested deeper than {MAX_DEPTH} levels{_place(event)}")
        self._deepest = max(self._deepest, depth)


def _scalar(event: yaml.ScalarEvent) -> str | None:
    is_plain = event.implicit[0]
    text: str = event.value
    if "\0" in text:
        raise RefusedError("nul_character", f"holds a NUL{_place(event)}")
    return None if is_plain and text in _NULLS else text


def _place(event: yaml.Event) -> str:
    return f" in line {event.start_mark.line + 1}" if event.start_mark else ""
