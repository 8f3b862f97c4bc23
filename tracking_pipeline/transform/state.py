"""Whether a node's rows are still right: what they were made of, and what they would be made of.

A node's version follows from its own text, its tests and the content of what it reads. It is kept
beside the rows, in their transaction: whatever interrupts a build, what is kept is true.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import duckdb

from tracking_pipeline.transform.nodes import Node
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import Rendering, render
from tracking_pipeline.warehouse.digest import Digest, digest
from tracking_pipeline.warehouse.swap import quote

_APPENDED_BY = "appended_by"
"""Of a source whose rows only ever come: in its ``meta`` the column whose newest value grows."""

_CREATE = """
create table if not exists meta.nodes (
    name varchar, version varchar, definition varchar, columns varchar, n_rows bigint,
    hashes hugeint
)
"""


@dataclass(frozen=True)
class Definition:
    """What decides a node but for data: digests of what makes its rows, and of its tests.

    ``rows`` of an incremental model cover all that it rests on as well: its old rows do, too.
    """

    rows: str
    tests: str


@dataclass(frozen=True)
class Standing:
    """What stands in a node's place: by which version and definition it was made, its content."""

    version: str
    definition: str
    content: Digest


def definitions(project: Project, variables: Mapping[str, Any]) -> dict[str, Definition]:
    """Return the definition of every node: all its SQL is rendered."""
    found: dict[str, Definition] = {}
    whole: dict[str, str] = {}
    for name, node in project.nodes.items():
        own = _own(project, node, variables)
        whole[name] = _joined(own, *(whole[parent] for parent in sorted(node.depends_on)))
        tests = [
            (test.name, test.severity, Rendering(project, variables).test(test))
            for test in project.tests_of[name]
        ]
        is_incremental = node.materialized == "incremental"
        found[name] = Definition(whole[name] if is_incremental else own, _joined(*tests))
    return found


class State:
    """What the nodes of a warehouse were made of, and what they would be made of now."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        project: Project,
        defined: Mapping[str, Definition],
        *,
        is_tested: bool = True,
    ) -> None:
        """Read what is remembered; nodes that were built untested are not current for a test."""
        self._con, self._project, self._defined = con, project, defined
        self._is_tested = is_tested
        for schema in sorted({"meta", *(node.schema for node in project.nodes.values())}):
            con.execute(f"create schema if not exists {quote(schema)}")
        con.execute(_CREATE)
        self._kinds = _relation_kinds(con)
        self._standing = {
            name: Standing(version, definition, Digest(*content))
            for name, version, definition, *content in con.execute("from meta.nodes").fetchall()
        }
        self._contents: dict[str, str] = {}

    def is_current(self, node: Node) -> bool:
        """Return whether what stands was made of what there is now, and tested so."""
        standing = self._of(node)
        return standing is not None and standing.version == self.version(node)

    def is_same_definition(self, node: Node) -> bool:
        """Return whether what stands was made by today's SQL, or from today's seed."""
        standing = self._of(node)
        return standing is not None and standing.definition == self._defined[node.name].rows

    def standing(self, node: Node) -> Digest:
        """Return the content of what stands; there must be something."""
        return self._standing[node.name].content

    def version(self, node: Node) -> str:
        """Return what names the rows that the node would have now, and their tests."""
        defined = self._defined[node.name]
        tests = self._project.tests_of[node.name] if self._is_tested else ()
        beside = {source for test in tests for source in test.sources} - {*node.sources}
        read = [*node.depends_on, *(node.tested_with if tests else ())]
        return _joined(
            defined.rows,
            defined.tests if self._is_tested else "",
            *(self._content(self._project.nodes[name]) for name in read),
            *(self.landed(key) for key in (*node.sources, *sorted(beside))),
        )

    def landed(self, key: tuple[str, str]) -> str:
        """Return what names the content of a source's table."""
        name = ".".join(key)
        if name not in self._contents:
            relation, column = str(self._project.sources[key].relation), self.appended_by(key)
            self._contents[name] = (
                _appended(self._con, relation, column)
                if column
                else str(digest(self._con, relation))
            )
        return self._contents[name]

    def appended_by(self, key: tuple[str, str]) -> str | None:
        """Return the column by whose newest value a source's table grows; None if it may change."""
        column = self._project.sources[key].meta.get(_APPENDED_BY)
        return str(column) if column else None

    def whole(self, schemas: frozenset[str]) -> str:
        """Return what names the content of all nodes of these schemas, as they stand."""
        nodes = [node for node in self._project.nodes.values() if node.schema in schemas]
        return _joined(*((node.name, self._content(node)) for node in nodes))

    def remember(self, node: Node, version: str, content: Digest) -> None:
        """Note what has been put in the node's place; call it inside that transaction."""
        definition = self._defined[node.name].rows
        self._con.execute("delete from meta.nodes where name = ?", [node.name])
        row = [node.name, version, definition, content.columns, content.n_rows, content.hashes]
        self._con.execute("insert into meta.nodes values (?, ?, ?, ?, ?, ?)", row)

    def note(self, node: Node, version: str, content: Digest) -> None:
        """Go by what was put in the node's place, now that it is committed."""
        self._kinds[node.schema, node.name] = _kind(node)
        self._standing[node.name] = Standing(version, self._defined[node.name].rows, content)
        self._contents.pop(node.name, None)

    def _of(self, node: Node) -> Standing | None:
        is_there = self._kinds.get((node.schema, node.name)) == _kind(node)
        return self._standing.get(node.name) if is_there or _kind(node) == "" else None

    def _content(self, node: Node) -> str:
        """Return what names the rows that stand: of a view, what makes them."""
        if node.name not in self._contents:
            self._contents[node.name] = self._found_content(node)
        return self._contents[node.name]

    def _found_content(self, node: Node) -> str:
        if node.materialized not in {"view", "ephemeral"}:
            standing = self._of(node)
            return "nothing" if standing is None else str(standing.content)
        # Of a view that could not be replaced, nothing says what it reads.
        is_outdated = node.materialized == "view" and not self.is_same_definition(node)
        return _joined(
            f"outdated {self.version(node)}" if is_outdated else "",
            self._defined[node.name].rows,
            *(self._content(self._project.nodes[name]) for name in node.depends_on),
            *(self.landed(key) for key in node.sources),
        )


def _appended(con: duckdb.DuckDBPyConnection, relation: str, column: str) -> str:
    return str(con.execute(f"select count(*), max({column}) from {relation}").fetchall()[0])


def _kind(node: Node) -> str:
    """Return what stands in the node's place: a table, a view, or nothing."""
    return {"view": "view", "ephemeral": ""}.get(node.materialized, "table")


def _relation_kinds(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Return of every table and view what it is."""
    rows = con.execute(
        "select schema_name, table_name, 'table' from duckdb_tables() "
        "where database_name = current_database() union all "
        "select schema_name, view_name, 'view' from duckdb_views() "
        "where database_name = current_database() and not internal"
    ).fetchall()
    return {(schema, name): kind for schema, name, kind in rows}


def _own(project: Project, node: Node, variables: Mapping[str, Any]) -> str:
    """Return a digest of the node's own text, of the engine, and of how it is put in place.

    The text is that of its seed, or its SQL: of an incremental model that of its deltas, too.
    """
    strategy = node.config.get("incremental_strategy")
    how = (duckdb.__version__, node.materialized, node.unique_key, strategy)
    if node.kind == "seed":
        return _joined(how, node.config, node.path.read_text(encoding="utf-8"))
    ways = (False, True) if node.materialized == "incremental" else (False,)
    texts = (render(project, node, variables=variables, incremental=way) for way in ways)
    return _joined(how, *texts)


def _joined(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()
