"""Builds a project's nodes in topological order, one tested node after the other."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

import duckdb

from tracking_pipeline.errors import BuildError, ProjectError
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.transform.materialize import BlockedError, Work
from tracking_pipeline.transform.nodes import Node, NodeKind
from tracking_pipeline.transform.project import Project
from tracking_pipeline.warehouse.engine_errors import without_values
from tracking_pipeline.warehouse.swap import quote

Status = Literal["built", "failed", "skipped"]
_NO_VARIABLES: Mapping[str, Any] = {}


@dataclass(frozen=True)
class NodeResult:
    """What became of one node; ``n_rows`` is None for all but tables that were built."""

    kind: NodeKind
    name: str
    schema: str
    status: Status
    n_rows: int | None
    elapsed_s: float
    error: str | None
    checks: tuple[CheckResult, ...]


def build(  # noqa: PLR0913 - each is a choice of the caller
    con: duckdb.DuckDBPyConnection,
    project: Project,
    *,
    select: Collection[str] = (),
    variables: Mapping[str, Any] = _NO_VARIABLES,
    full_refresh: bool = False,
    run_tests: bool = True,
) -> Iterator[NodeResult]:
    """Yield one result a node, in topological order; ``select`` names nodes, all when empty.

    A node whose SQL or blocking test fails keeps its last good rows; its descendants are skipped,
    and what is tested against it.
    ProjectError for an unknown name in ``select`` or a project that cannot be rendered.
    """
    for name in select:
        _known(project, name)
    _prepare(con, project)
    unbuilt: set[str] = set()
    for node in project.nodes.values():
        if select and node.name not in select:
            continue
        missing = unbuilt.intersection((*node.depends_on, *node.tested_with))
        if missing:
            result = _skipped(node, sorted(missing))
        else:
            result = _build(Work(con, project, node, variables, full_refresh, run_tests))
        if result.status != "built":
            unbuilt.add(node.name)
        yield result


def build_node(  # noqa: PLR0913 - each is a choice of the caller
    con: duckdb.DuckDBPyConnection,
    project: Project,
    name: str,
    *,
    variables: Mapping[str, Any] = _NO_VARIABLES,
    full_refresh: bool = False,
    run_tests: bool = True,
) -> NodeResult:
    """Build one node from what its parents hold now; ProjectError when there is no such node."""
    _known(project, name)
    _prepare(con, project)
    work = Work(con, project, project.nodes[name], variables, full_refresh, run_tests)
    return _build(work)


def try_node(
    con: duckdb.DuckDBPyConnection, project: Project, name: str, *, variables: Mapping[str, Any]
) -> tuple[CheckResult, ...]:
    """Return how the tests of a node fare on what would be built now; nothing of it is kept.

    ProjectError when there is no such node; BuildError when it cannot be built at all.
    """
    _known(project, name)
    _prepare(con, project)
    work = Work(con, project, project.nodes[name], variables, False, True, is_trial=True)  # noqa: FBT003
    try:
        return work.materialize()
    except BlockedError as tried:
        return tried.checks
    except duckdb.Error as failure:
        fix = f"Correct {work.node.path}, or build what it reads with `tracking run`"
        raise BuildError(str(work.node.relation), without_values(failure), fix) from None


def _build(work: Work) -> NodeResult:
    started = perf_counter()
    status: Status = "built"
    error: str | None = None
    n_rows: int | None = None
    try:
        checks = work.materialize()
        n_rows = _count(work)
    except BlockedError as blocked:
        status, error, checks = "failed", str(blocked), blocked.checks
    except duckdb.Error as failure:
        status, error, checks = "failed", without_values(failure), ()
    node = work.node
    elapsed = perf_counter() - started
    return NodeResult(node.kind, node.name, node.schema, status, n_rows, elapsed, error, checks)


def _skipped(node: Node, parents: list[str]) -> NodeResult:
    error = f"not built because of {', '.join(parents)}"
    return NodeResult(node.kind, node.name, node.schema, "skipped", None, 0.0, error, ())


def _count(work: Work) -> int | None:
    if work.node.materialized in {"ephemeral", "view"}:
        return None  # counting a view of views would read everything below it
    found = work.con.execute(f"select count(*) from {work.node.relation}").fetchone()
    return int(found[0]) if found else None


def _known(project: Project, name: str) -> None:
    if name not in project.nodes:
        raise ProjectError(
            name, f"is no model or seed of {project.folder}", "Correct the name or add its file"
        )


def _prepare(con: duckdb.DuckDBPyConnection, project: Project) -> None:
    """Create the schemas, and the table that remembers what each model was built from."""
    for schema in sorted({"meta", *(node.schema for node in project.nodes.values())}):
        con.execute(f"create schema if not exists {quote(schema)}")
    con.execute("create table if not exists meta.models (name varchar, checksum varchar)")
