"""Puts a node's rows in place: built beside, tested, swapped; or a delta, tested, committed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import duckdb

from tracking_pipeline.errors import BuildError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.transform.checks import SAMPLE_ROWS, Candidate, CheckResult, run_checks
from tracking_pipeline.transform.nodes import Node, Relation
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import render
from tracking_pipeline.transform.seeds import create_seed, lines_of
from tracking_pipeline.warehouse.connection import transaction
from tracking_pipeline.warehouse.swap import drop, quote, relation_kind, swap

_Checks = tuple[CheckResult, ...]
_TRIAL_ROWS = 100


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
    full_refresh: bool
    run_tests: bool
    is_trial: bool = False

    def materialize(self) -> _Checks:
        """Build, test and put in place; BlockedError when a blocking test fails, or in a trial."""
        if self.node.materialized == "ephemeral":
            return self._tested(Candidate(self.node, str(self.node.relation)))
        full = self._sql(incremental=False)
        checksum = self._checksum(full)
        if self.node.kind == "seed":
            return self._table(
                lambda relation: create_seed(self.con, self.node, relation), checksum
            )
        # A table is made anew each time: what it reads may have changed.
        if self.node.materialized != "table" and self._is_unchanged(checksum):
            if self.node.materialized == "incremental":
                return self._delta(self._sql(incremental=True))
            return self._tested(Candidate(self.node, str(self.node.relation)))
        if self.node.materialized == "view":
            return self._view(full, checksum)
        return self._table(
            lambda relation: _execute(self.con, f"create table {relation} as\n{full}"), checksum
        )

    def is_current(self) -> bool:
        """Return whether what stands there was made by today's SQL, or from today's seed."""
        return self._is_unchanged(self._checksum(self._sql(incremental=False)))

    def _checksum(self, sql: str) -> str:
        """Return a digest of all that decides the rows, but for the data of sources.

        Old rows of an incremental model rest on its ancestors as well: a changed seed or view
        makes them anew.
        """
        node = self.node
        decisive = [node.materialized, node.unique_key, node.config.get("incremental_strategy")]
        ground = self._ground() if node.materialized == "incremental" else []
        return sha256(repr([*decisive, sql, *ground]).encode()).hexdigest()

    def _ground(self) -> list[str]:
        """Return the SQL of every model and the content of every seed that this one rests on."""
        nodes = self.project.nodes
        names, waiting = set[str](), [*self.node.depends_on]
        while waiting:
            names.add(name := waiting.pop())
            waiting += set(nodes[name].depends_on) - names
        return [
            nodes[name].path.read_text(encoding="utf-8")
            if nodes[name].kind == "seed"
            else render(self.project, nodes[name], variables=self.variables, incremental=False)
            for name in sorted(names)
        ]

    def _sql(self, *, incremental: bool) -> str:
        """Return the SQL, or of a seed what it is made of."""
        if self.node.kind == "seed":
            return f"{self.node.config}\n{self.node.path.read_text(encoding='utf-8')}"
        return render(self.project, self.node, variables=self.variables, incremental=incremental)

    def _is_unchanged(self, checksum: str) -> bool:
        """Return whether what stands there was made by the same SQL and may be kept."""
        expected = "view" if self.node.materialized == "view" else "table"
        if self.full_refresh:
            return False
        if relation_kind(self.con, self.node.schema, self.node.name) != expected:
            return False
        remembered = self.con.execute(
            "select checksum from meta.models where name = ?", [self.node.name]
        ).fetchone()
        return remembered == (checksum,)

    def _table(self, create: Callable[[str], object], checksum: str | None = None) -> _Checks:
        candidate = self._fresh_candidate()
        try:
            create(str(candidate))
            failpoint("build.candidate_built")
            checks = self._tested(Candidate(self.node, str(candidate)))
            failpoint("build.candidate_tested")
            with transaction(self.con):
                swap(self.con, self.node.schema, candidate.identifier, self.node.name)
                failpoint("build.swapped")
                self._remember(checksum)
        except BaseException:
            drop(self.con, candidate.schema, candidate.identifier)
            raise
        return checks

    def _view(self, sql: str, checksum: str) -> _Checks:
        candidate = self._fresh_candidate()
        try:
            self.con.execute(f"create view {candidate} as\n{sql}")
            failpoint("build.candidate_built")
            checks = self._tested(Candidate(self.node, str(candidate)))
        finally:
            drop(self.con, candidate.schema, candidate.identifier)
        failpoint("build.candidate_tested")
        with transaction(self.con):
            drop(self.con, self.node.schema, self.node.name)
            self.con.execute(f"create view {self.node.relation} as\n{sql}")
            failpoint("build.swapped")
            self._remember(checksum)
        return checks

    def _delta(self, sql: str) -> _Checks:
        target, delta = str(self.node.relation), f"temp.{quote(self.node.name + '__delta')}"
        with transaction(self.con):
            self.con.execute(f"create or replace temp table {delta} as\n{sql}")
            failpoint("build.delta_built")
            _apply(self.con, self.node, target, delta)
            failpoint("build.delta_applied")
            checks = self._tested(Candidate(self.node, target, delta))
            self.con.execute(f"drop table {delta}")
        return checks

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

    def _remember(self, checksum: str | None) -> None:
        self.con.execute("delete from meta.models where name = ?", [self.node.name])
        if checksum is not None:
            self.con.execute("insert into meta.models values (?, ?)", [self.node.name, checksum])


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


def _execute(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    con.execute(sql)
