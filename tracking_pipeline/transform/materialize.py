"""Puts a node's rows in place: built beside, tested, swapped; or a delta, tested, committed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from tracking_pipeline.errors import BuildError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.transform.checks import SAMPLE_ROWS, Candidate, CheckResult, run_checks
from tracking_pipeline.transform.nodes import Node, Relation
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import render
from tracking_pipeline.transform.seeds import create_seed, lines_of
from tracking_pipeline.transform.state import State
from tracking_pipeline.warehouse.connection import transaction
from tracking_pipeline.warehouse.digest import Digest, digest
from tracking_pipeline.warehouse.swap import Kind, drop, quote, swap

_Checks = tuple[CheckResult, ...]
_TRIAL_ROWS = 100
_NO_ROWS = Digest("", 0, 0)
"""The content of what has no rows of its own: a view."""


class BlockedError(BuildError):
    """What was built must not replace what is there: a blocking test failed, or it is a trial."""

    def __init__(self, node: Node, checks: _Checks) -> None:
        """Name the failed tests, what each asks for and the first row that breaks it."""
        failed = [check for check in checks if check.is_blocking]
        found = "; ".join(check.finding for check in failed)
        super().__init__(
            str(node.relation),
            f"its last good rows are kept because a test failed: {found}",
            _fix(node, failed),
        )
        self.checks = checks


def _fix(node: Node, failed: Sequence[CheckResult]) -> str:
    """Return what to correct, and the command that shows it."""
    if node.kind != "seed":
        return f"Correct the data or {node.path}; `tracking validate {node.name}` shows the rows"
    lines = sorted({line for check in failed for line in lines_of(node, check.first)})
    if not lines:
        return f"Correct {node.path}"
    shown = "".join(f"{line}p;" for line in lines)
    told = ", ".join(map(str, lines))
    return f"Correct line {told} of {node.path}; `sed -n '{shown}' {node.path}` shows the rows"


@dataclass(frozen=True)
class Work:
    """One node to build, and how."""

    con: duckdb.DuckDBPyConnection
    project: Project
    node: Node
    variables: Mapping[str, Any]
    state: State
    full_refresh: bool
    run_tests: bool
    is_trial: bool = False

    def materialize(self) -> _Checks:
        """Build, test and put in place; BlockedError when a blocking test fails, or in a trial."""
        node = self.node
        if node.kind == "seed":
            return self._replaced("table", lambda new: create_seed(self.con, node, new))
        is_kept = not self.full_refresh and self.state.is_same_definition(node)
        if node.materialized == "ephemeral" or (node.materialized == "view" and is_kept):
            return self._as_it_stands()
        if node.materialized == "incremental" and is_kept:
            return self._delta(self._sql(incremental=True))
        kind: Kind = "view" if node.materialized == "view" else "table"
        full = self._sql(incremental=False)
        return self._replaced(kind, lambda new: self.con.execute(f"create {kind} {new} as\n{full}"))

    def _sql(self, *, incremental: bool) -> str:
        return render(self.project, self.node, variables=self.variables, incremental=incremental)

    def _as_it_stands(self) -> _Checks:
        """Test what has no rows of its own and is as it was, on what it reads now."""
        checks = self._tested(Candidate(self.node, str(self.node.relation)))
        with transaction(self.con):
            self._remember(_NO_ROWS)
        self._note(_NO_ROWS)
        return checks

    def _replaced(self, kind: Kind, create: Callable[[str], object]) -> _Checks:
        candidate = self._fresh_candidate()
        try:
            create(str(candidate))
            failpoint("build.candidate_built")
            checks = self._tested(Candidate(self.node, str(candidate)))
            failpoint("build.candidate_tested")
            content = digest(self.con, str(candidate)) if kind == "table" else _NO_ROWS
            with transaction(self.con):
                swap(self.con, self.node.schema, candidate.identifier, self.node.name, kind)
                failpoint("build.swapped")
                self._remember(content)
        except BaseException:
            drop(self.con, candidate.schema, candidate.identifier)
            raise
        self._note(content)
        return checks

    def _delta(self, sql: str) -> _Checks:
        target, delta = str(self.node.relation), f"temp.{quote(self.node.name + '__delta')}"
        with transaction(self.con):
            self.con.execute(f"create or replace temp table {delta} as\n{sql}")
            failpoint("build.delta_built")
            content = self._applied(target, delta)
            failpoint("build.delta_applied")
            checks = self._tested(Candidate(self.node, target, delta))
            self.con.execute(f"drop table {delta}")
            self._remember(content)
        self._note(content)
        return checks

    def _applied(self, target: str, delta: str) -> Digest:
        """Put the delta's rows into the target; return its content, by what they touched alone."""
        keys = self.node.unique_key
        if not keys:
            _apply(self.con, self.node, target, delta)
            return digest(self.con, target)
        touched = f"({', '.join(keys)}) in (select ({', '.join(keys)}) from {delta})"
        gone = digest(self.con, target, touched)
        _apply(self.con, self.node, target, delta)
        return self.state.standing(self.node).after(gone, digest(self.con, target, touched))

    def _fresh_candidate(self) -> Relation:
        """Return the name to build under, without what a killed build left there."""
        candidate = Relation(self.node.schema, f"{self.node.name}__new")
        drop(self.con, candidate.schema, candidate.identifier)
        failpoint("build.candidate_begun")
        return candidate

    def _tested(self, candidate: Candidate) -> _Checks:
        if not self.run_tests:
            return ()
        n_shown = _TRIAL_ROWS if self.is_trial else SAMPLE_ROWS
        checks = run_checks(self.con, self.project, candidate, self.variables, n_shown)
        if self.is_trial or any(check.is_blocking for check in checks):
            raise BlockedError(self.node, checks)
        return checks

    def _remember(self, content: Digest) -> None:
        self.state.remember(self.node, self.state.version(self.node), content)

    def _note(self, content: Digest) -> None:
        self.state.note(self.node, self.state.version(self.node), content)


def _apply(con: duckdb.DuckDBPyConnection, node: Node, target: str, delta: str) -> None:
    """Put the delta's rows into the target as the node's strategy says."""
    keys, strategy = node.unique_key, node.config.get("incremental_strategy") or "delete+insert"
    if strategy == "merge":
        matched = " and ".join(f"new.{key} = old.{key}" for key in keys) or "false"
        con.execute(
            f"merge into {target} as old using {delta} as new on ({matched}) "
            "when matched then update by name when not matched then insert by name"
        )
        return
    if strategy == "delete+insert" and keys:
        matched = " and ".join(f"new.{key} = old.{key}" for key in keys)
        con.execute(
            f"delete from {target} as old where exists (from {delta} as new where {matched})"
        )
    columns = ", ".join(quote(row[0]) for row in con.execute(f"describe {target}").fetchall())
    con.execute(f"insert into {target} ({columns}) select {columns} from {delta}")
