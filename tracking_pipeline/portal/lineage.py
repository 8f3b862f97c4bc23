"""What the lineage page shows: each relation's columns, what they are made of and what of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tracking_pipeline.pipeline import building
from tracking_pipeline.pipeline.building import Columns
from tracking_pipeline.transform.kept import once
from tracking_pipeline.transform.nodes import Node
from tracking_pipeline.transform.project import Project

# What people ask about first stands first.
_LAYERS = ("marts", "intermediate", "staging", "seeds", "landing")
Pairs = Mapping[tuple[str, str], Iterable[tuple[str, str]]]


@dataclass(frozen=True, order=True)
class ColumnLink:
    """A column of a relation, ``schema.table``; the relation itself when ``column`` is empty."""

    relation: str
    column: str = ""

    @property
    def href(self) -> str:
        """Return the path of its page."""
        chosen = f"?{urlencode({'column': self.column})}" if self.column else ""
        return f"/lineage/{self.relation}{chosen}"


@dataclass(frozen=True)
class LineageColumn:
    """A column, the columns it is made of and those that are made of it."""

    link: ColumnLink
    data_type: str
    description: str
    parents: tuple[ColumnLink, ...]
    children: tuple[ColumnLink, ...]


@dataclass(frozen=True)
class LineageRelation:
    """A model, seed or landed table; ``parents`` and ``children`` are relations."""

    link: ColumnLink
    kind: str
    description: str
    grain: str
    owner: str
    columns: tuple[LineageColumn, ...]
    parents: tuple[ColumnLink, ...]
    children: tuple[ColumnLink, ...]

    @property
    def layer(self) -> str:
        """Return its schema."""
        return self.link.relation.partition(".")[0]

    @property
    def name(self) -> str:
        """Return its name without the schema."""
        return self.link.relation.partition(".")[2]

    def column(self, name: str) -> LineageColumn | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.link.column == name), None)

    def says(self, word: str) -> bool:
        """Return whether its name, description or a column's name holds ``word``, in any case."""
        names = (column.link.column for column in self.columns)
        return word in "\n".join((self.link.relation, self.description, *names)).casefold()


@once
def relations() -> dict[str, LineageRelation]:
    """Return every relation by ``schema.table``, marts first."""
    return _lineage(building.sql_project(), building.columns())


def _lineage(project: Project, columns: Columns) -> dict[str, LineageRelation]:
    types = columns.types
    above = {
        (_relation(project.nodes[model]), column): parents
        for model, made_of in columns.made_of.items()
        for column, parents in made_of.items()
    }
    read = {(_relation(node), ""): _reads(project, node) for node in project.nodes.values()}
    below, readers = _turned(above), _turned(read)
    links = _Links({**above, **read}, {**below, **readers})
    found = [_of_node(node, types[_relation(node)], links) for node in project.nodes.values()]
    landed = (name for name in types if name.startswith("landing."))
    found += [_of_table(name, types[name], links) for name in landed]
    found.sort(key=lambda each: (_LAYERS.index(each.layer), each.name))
    return {each.link.relation: each for each in found}


def matching(found: Iterable[LineageRelation], query: str) -> dict[str, list[LineageRelation]]:
    """Return by layer the relations that say every word of ``query``."""
    by_layer: defaultdict[str, list[LineageRelation]] = defaultdict(list)
    words = query.casefold().split()
    for each in found:
        if all(each.says(word) for word in words):
            by_layer[each.layer].append(each)
    return by_layer


@dataclass(frozen=True)
class _Links:
    above: Pairs
    below: Pairs

    def parents(self, link: ColumnLink) -> tuple[ColumnLink, ...]:
        return _sorted(self.above.get((link.relation, link.column), ()))

    def children(self, link: ColumnLink) -> tuple[ColumnLink, ...]:
        return _sorted(self.below.get((link.relation, link.column), ()))

    def column(self, link: ColumnLink, data_type: str, description: str) -> LineageColumn:
        return LineageColumn(link, data_type, description, self.parents(link), self.children(link))


def _of_node(node: Node, types: Mapping[str, str], links: _Links) -> LineageRelation:
    link = ColumnLink(_relation(node))
    said = {name: column.description for name, column in node.columns.items()}
    return LineageRelation(
        link=link,
        kind=node.materialized,
        description=node.description,
        grain=str(node.meta.get("grain", "")),
        owner=str(node.meta.get("owner", "")),
        columns=tuple(
            links.column(ColumnLink(link.relation, name), data_type, said.get(name, ""))
            for name, data_type in types.items()
        ),
        parents=links.parents(link),
        children=links.children(link),
    )


def _of_table(relation: str, types: Mapping[str, str], links: _Links) -> LineageRelation:
    link = ColumnLink(relation)
    columns = (links.column(ColumnLink(relation, name), kind, "") for name, kind in types.items())
    return LineageRelation(
        link, "landed table", "", "", "", tuple(columns), (), links.children(link)
    )


def _reads(project: Project, node: Node) -> list[tuple[str, str]]:
    tables = (project.sources[key].relation for key in node.sources)
    names = [f"{table.schema}.{table.identifier}" for table in tables]
    names += [_relation(project.nodes[name]) for name in node.depends_on]
    return [(name, "") for name in names]


def _turned(pairs: Pairs) -> Pairs:
    turned: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for child, parents in pairs.items():
        for parent in parents:
            turned[parent].append(child)
    return turned


def _sorted(pairs: Iterable[tuple[str, str]]) -> tuple[ColumnLink, ...]:
    return tuple(sorted(ColumnLink(*pair) for pair in pairs))


def _relation(node: Node) -> str:
    return f"{node.schema}.{node.name}"
