"""Where things stand in a text: scalars and their sections, and which of them are a person's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.sources.record import Source

Path = tuple[str | int, ...]
Span = tuple[int, int]


@dataclass(frozen=True)
class Scalar:
    """A text value by its place: keys and indexes from the root, first character and end."""

    path: Path
    text: str
    span: Span
    is_key: bool = False


@dataclass
class Tree:
    """The texts of one document, and the span of each of its values by path."""

    scalars: list[Scalar] = field(default_factory=list)
    spans: dict[Path, Span] = field(default_factory=dict)


@dataclass(frozen=True)
class Personal:
    """Where records of a source tell whom they are about.

    ``paths`` are declared; whoever stands below one of ``sections`` is whom its mapping is about.
    """

    paths: frozenset[Path]
    sections: frozenset[str]

    def owner(self, path: Path, *, is_root_record: bool) -> Path | None:
        """Return the path of the mapping that is about who stands at ``path``; None if none is."""
        declared = [len(p) for p in self.paths if path[-len(p) :] == p]
        if declared:
            return path[: -max(declared)]
        inner = [n for n, key in enumerate(path) if key in self.sections]
        if not inner or any(isinstance(key, int) for key in path[inner[-1] :]):
            return None
        return path[: inner[-1]] if inner[-1] or is_root_record else None


def personal(source: Source) -> Personal:
    """Return where the records of ``source`` tell whom they are about."""
    fields = [each for kind in source.kinds for each in kind.fields]
    paths = {path for each in fields if each.privacy == "pseudonym" for path in each.paths}
    for kind in source.kinds:
        if kind.person is not None:
            paths |= {path for path in (kind.person.email, kind.person.name) if path}
    return Personal(frozenset(tuple(path.split(".")) for path in paths), source.personal_sections)


def to_cut(
    tree: Tree, whom: Whom, of: Personal, *, is_root_record: bool
) -> tuple[list[Span], list[Span]]:
    """Return the spans of what is about the person, and of texts elsewhere that name them."""
    owned: set[Span] = set()
    mentions: set[Span] = set()
    for scalar in tree.scalars:
        if not whom.is_written_in(scalar.text):
            continue
        owner = of.owner(scalar.path, is_root_record=is_root_record)
        if owner is not None:
            owned.add(tree.spans[owner])
        elif scalar.is_key:
            owned.add(tree.spans[scalar.path[:-1]])
        else:
            mentions.add(scalar.span)
    outer = outermost(owned)
    return outer, [span for span in outermost(mentions) if not _is_inside(span, outer)]


def outermost(spans: Iterable[Span]) -> list[Span]:
    """Return the spans that lie in no other, in order."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda each: (each[0], -each[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _is_inside(span: Span, spans: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)
