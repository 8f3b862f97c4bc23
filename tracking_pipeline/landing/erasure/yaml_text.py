"""Cuts in YAML, which runs in a child process: a record or text becomes a mark in its place."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from tracking_pipeline.landing.erasure.question import asked
from tracking_pipeline.landing.erasure.spans import Path, Scalar, Span, Tree, to_cut
from tracking_pipeline.sources.record import ERASED
from tracking_pipeline.sources.strict import JsonValue, RefusedError

_MARK = f'"{ERASED}"'


def cut(line_and_content: bytes) -> JsonValue:
    """Return the ``text`` without the person, or ``alone`` when all of it is theirs.

    Before the content stands the line of `question.question`. Null when the person is not in it;
    RefusedError when it is no YAML.
    """
    whom, of, content = asked(line_and_content)
    text = content.decode("utf-8-sig", errors="surrogateescape")
    try:
        read = _Events(yaml.parse(text, Loader=yaml.CBaseLoader)).read()
    except (yaml.YAMLError, UnicodeEncodeError, StopIteration) as error:
        raise RefusedError("bad_yaml", "is no YAML") from error
    owned, mentions = to_cut(read.tree, whom, of, is_root_record=False)
    if not owned and not mentions:
        return None
    if owned and owned[0] == read.tree.spans[()]:
        return {"alone": True}
    return {"text": _without(text, read.with_aliases([*owned, *mentions]))}


def _without(text: str, spans: list[Span]) -> str:
    """Return the text with a mark in the place of each span; line ends and indents stay."""
    parts = []
    at = 0
    for start, end in spans:
        gone = text[start:end]
        rest = gone[len(gone.rstrip()) :]
        parts += [text[at:start], _MARK, rest]
        at = end
    return "".join([*parts, text[at:]])


@dataclass
class _Events:
    """One pass over the events of a document; aliases stand for what their anchor does."""

    events: Iterator[yaml.Event]
    tree: Tree = field(default_factory=Tree)
    anchors: dict[str, Span] = field(default_factory=dict)
    aliases: list[tuple[str, Span]] = field(default_factory=list)

    def read(self) -> "_Events":
        """Read all and return itself."""
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                self._value(event, ())
        return self

    def with_aliases(self, spans: list[Span]) -> list[Span]:
        """Return the spans, in order, and every alias of what stands inside one of them."""
        gone = {
            span
            for name, span in self.aliases
            for start, end in spans
            if name in self.anchors
            and start <= self.anchors[name][0]
            and self.anchors[name][1] <= end
        }
        outside = [s for s in gone if not any(a <= s[0] and s[1] <= b for a, b in spans)]
        return sorted([*spans, *outside])

    def _value(self, event: yaml.NodeEvent, path: Path) -> None:
        if path in self.tree.spans:
            raise RefusedError("bad_yaml", "holds two documents, or one key twice")
        start, end = _span(event)
        self.tree.spans[path] = (start, end)
        if isinstance(event, yaml.AliasEvent):
            self.aliases.append((str(event.anchor), (start, end)))
        elif isinstance(event, yaml.ScalarEvent):
            self.tree.scalars.append(Scalar(path, event.value, (start, end)))
        elif isinstance(event, yaml.SequenceStartEvent):
            end = self._items(path)
        else:
            end = self._members(path)
        self.tree.spans[path] = (start, end)
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            self.anchors[event.anchor] = (start, end)

    def _items(self, path: Path) -> int:
        for index, event in enumerate(self.events):
            if isinstance(event, yaml.CollectionEndEvent):
                return _span(event)[1]
            if isinstance(event, yaml.NodeEvent):
                self._value(event, (*path, index))
        return 0

    def _members(self, path: Path) -> int:
        for event in self.events:
            if isinstance(event, yaml.CollectionEndEvent):
                return _span(event)[1]
            if isinstance(event, yaml.NodeEvent):
                key = str(getattr(event, "value", ""))
                self.tree.scalars.append(Scalar((*path, key), key, _span(event), is_key=True))
                self._value(next(self.events), (*path, key))  # type: ignore[arg-type]
        return 0


def _span(event: yaml.Event) -> Span:
    marks = event.start_mark, event.end_mark
    start, end = (mark.index if mark else 0 for mark in marks)
    return start, end
