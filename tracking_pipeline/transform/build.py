"""Builds a project's nodes in topological order, one tested node after the other."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

import duckdb

from tracking_pipeline.errors import BuildError, ProjectError
from tracking_pipeline.listing import listed
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.transform.materialize import BlockedError, Work
from tracking_pipeline.transform.nodes import Node, NodeKind
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.state import State, definitions
from tracking_pipeline.warehouse.engine_errors import without_values

Status = Literal["built", "unchanged", "failed", "skipped"]
_NO_VARIABLES: Mapping[str, Any] = {}


@dataclass(frozen=True)
class NodeResult:
    """What became of one node; ``n_rows`` is None of what was not built, or a view as it was.

    One that is ``unchanged`` was neither built nor tested: it rests on what it rested on before.
    """

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
    state: State | None = None,
    blocked: Collection[tuple[str, str]] = (),
    is_forced: bool = False,
    full_refresh: bool = False,
    run_tests: bool = True,
) -> Iterator[NodeResult]:
    """Yield one result a node, in topological order; ``select`` names nodes, all when empty.

    A node is built and tested when what it rests on changed; whatever did when ``is_forced``, and
    with ``full_refresh`` incremental models anew.
    A node whose SQL or blocking test fails keeps its last good rows; its descendants are skipped,
    and what is tested against it, and what reads a ``blocked`` table of a source.
    ``state`` is that of ``con``, where the caller has asked it before.
    ProjectError for an unknown name in ``select`` or a project that cannot be rendered.
    """
    for name in select:
        _known(project, name)
    if state is None:
        state = State(con, project, definitions(project, variables), is_tested=run_tests)
    unbuilt: set[str] = {".".join(key) for key in blocked}
    for node in project.nodes.values():
        if select and node.name not in select:
            continue
        read = (*node.depends_on, *node.tested_with, *map(".".join, node.sources))
        if missing := unbuilt.intersection(read):
            result = _without_rows(
                node, "skipped", f"not built because of {listed(sorted(missing))}"
            )
        elif not (is_forced or full_refresh) and state.is_current(node):
            result = _without_rows(node, "unchanged")
        else:
            work = Work(con, project, node, variables, state, full_refresh, run_tests)
            # To count a view's rows costs what is there, not what changed.
            is_kept = node.materialized == "view" and state.is_same_definition(node)
            result = _build(work, is_counted=is_forced or full_refresh or not is_kept)
        if result.status in {"failed", "skipped"}:
            unbuilt.add(node.name)
        yield result


def try_node(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    name: str,
    *,
    variables: Mapping[str, Any],
    state: State | None = None,
) -> tuple[CheckResult, ...]:
    """Return how the tests of a node fare on what would be built now; nothing of it is kept.

    ProjectError when there is no such node; BuildError when it cannot be built at all.
    """
    _known(project, name)
    state = state or State(con, project, definitions(project, variables))
    work = Work(con, project, project.nodes[name], variables, state, False, True, is_trial=True)  # noqa: FBT003
    try:
        return work.materialize()
    except BlockedError as tried:
        return tried.checks
    except duckdb.Error as failure:
        fix = f"Correct {work.node.path}, or build what it reads with `tracking run`"
        raise BuildError(str(work.node.relation), without_values(failure), fix) from None


def _build(work: Work, *, is_counted: bool) -> NodeResult:
    started = perf_counter()
    status: Status = "built"
    error: str | None = None
    n_rows: int | None = None
    try:
        checks = work.materialize()
        n_rows = _rows(work) if is_counted else None
    except BlockedError as blocked:
        status, error, checks = "failed", str(blocked), blocked.checks
    except duckdb.Error as failure:
        status, error, checks = "failed", without_values(failure), ()
    node = work.node
    elapsed = perf_counter() - started
    return NodeResult(node.kind, node.name, node.schema, status, n_rows, elapsed, error, checks)


def _rows(work: Work) -> int | None:
    node = work.node
    if node.materialized == "ephemeral":
        return None
    if node.materialized == "view":
        return int(work.con.execute(f"select count(*) from {node.relation}").fetchall()[0][0])
    return work.state.standing(node).n_rows


def _without_rows(node: Node, status: Status, error: str | None = None) -> NodeResult:
    return NodeResult(node.kind, node.name, node.schema, status, None, 0.0, error, ())


def _known(project: Project, name: str) -> None:
    if name not in project.nodes:
        raise ProjectError(
            name, f"is no model or seed of {project.folder}", "Correct the name or add its file"
        )
