"""Data tests run as queries that must return no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from tracking_pipeline.errors import choice, perhaps
from tracking_pipeline.listing import counted
from tracking_pipeline.transform.nodes import DataTest, Node, Severity
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import Rendering

SAMPLE_ROWS = 5
_OF_ONE_ROW = ("test_not_null", "test_accepted_values", "test_relationships")
_SHOWN = 60
_AFFECTED_KEYS = "affected_keys"
_MISNAMED, _ALLOWED = "misnamed", "allowed"


@dataclass(frozen=True)
class CheckResult:
    """One test's outcome: ``rule`` is what it asks for, in words.

    ``sample`` holds the first failing rows, without personal columns; ``hint`` says what may stand
    instead of the first one's value, where the test knows. (Its query tells by two columns:
    `misnamed`, the value, and `allowed`, a list.)
    """

    name: str
    column: str | None
    severity: Severity
    n_failures: int
    sample: tuple[Mapping[str, Any], ...]
    passed: bool
    sql: str
    rule: str = ""
    hint: str = ""

    @property
    def is_blocking(self) -> bool:
        """Return whether it keeps the tested rows from replacing the old ones."""
        return not self.passed and self.severity == "error"

    @property
    def finding(self) -> str:
        """The test, its rule, and the values of the first row that breaks it."""
        first = ", ".join(f"{key} {_shown(value)}" for key, value in self.first.items())
        hint = f" ({self.hint.strip()})" if self.hint else ""
        rows = counted(self.n_failures, "row")
        return f"{self.name} ({self.rule}) fails for {rows}, first {first}{hint}"

    @property
    def first(self) -> Mapping[str, Any]:
        """The first failing row, as far as it may be shown."""
        return {key: each for key, each in next(iter(self.sample), {}).items() if key != _ALLOWED}


@dataclass(frozen=True)
class Candidate:
    """The rows under test: where they stand, and for a delta the new ones among them."""

    node: Node
    relation: str
    delta: str | None = None

    def seen_by(self, test: DataTest) -> str:
        """Return what the test must read so that old rows, tested before, are left alone.

        A test that judges each row alone reads the new rows; a test of uniqueness the rows whose
        value, or whose unique key when its ``meta`` says ``scope: affected_keys``, is among them.
        """
        if self.delta is None or test.tested != self.node.name:
            return self.relation
        if test.macro in _OF_ONE_ROW:
            return self.delta
        if test.macro == "test_unique" and test.column:
            return self._rows_sharing(test.column)
        scope = test.config.get("meta", {}).get("scope")
        if scope == _AFFECTED_KEYS and self.node.unique_key:
            return self._rows_sharing(*self.node.unique_key)
        return self.relation

    def _rows_sharing(self, *columns: str) -> str:
        keys = ", ".join(columns)
        return (
            f"(select * from {self.relation} where ({keys}) in (select ({keys}) from {self.delta}))"
        )


def run_checks(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    candidate: Candidate,
    variables: Mapping[str, Any],
    n_shown: int = SAMPLE_ROWS,
) -> tuple[CheckResult, ...]:
    """Run the tests that belong to the candidate's node against it; show so many failing rows."""
    return tuple(
        _run(con, project, candidate, test, variables, n_shown)
        for test in project.tests_of[candidate.node.name]
    )


def _run(  # noqa: PLR0913, PLR0917 - what decides a test
    con: duckdb.DuckDBPyConnection,
    project: Project,
    candidate: Candidate,
    test: DataTest,
    variables: Mapping[str, Any],
    n_shown: int,
) -> CheckResult:
    name = candidate.node.name
    ephemeral = candidate.node.materialized == "ephemeral"
    stand_ins = {} if ephemeral else {name: candidate.seen_by(test)}
    rendering = Rendering(project, variables, stand_ins)
    query = rendering.test(test)
    n_failures = _count(con, query)
    personal = _personal_columns(project, test)
    sample = sample_rows(con, query, personal, n_shown) if n_failures else ()
    return CheckResult(
        name=test.name,
        rule=test.rule,
        column=test.column,
        severity=test.severity,
        n_failures=n_failures,
        sample=sample,
        hint=_hint(con, rendering, test, sample[0]) if sample else "",
        passed=n_failures == 0,
        sql=query.replace(candidate.relation, str(candidate.node.relation)),
    )


def _hint(
    con: duckdb.DuckDBPyConnection, rendering: Rendering, test: DataTest, row: Mapping[str, Any]
) -> str:
    """Return what may stand instead of the value of a failing row, where the test knows."""
    if row.get(_MISNAMED):
        return choice(str(row[_MISNAMED]), row[_ALLOWED] or ())
    arguments, given = rendering.arguments(test), str(row.get(test.column or ""))
    if test.macro == "test_accepted_values":
        return perhaps(given, map(str, arguments["values"]))
    if test.macro == "test_relationships" and test.column in row:
        query = f"select distinct {arguments['field']}::varchar from {arguments['to']}"
        found = con.execute(rendering.with_ephemeral(query)).fetchall()
        return choice(given, (str(name) for (name,) in found))
    return ""


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def sample_rows(
    con: duckdb.DuckDBPyConnection,
    query: str,
    personal: frozenset[str],
    n_shown: int = SAMPLE_ROWS,
) -> tuple[Mapping[str, Any], ...]:
    """Return the first rows of a query by column name, personal columns left out."""
    cursor = con.execute(f"select * from (\n{query}\n) limit {n_shown}")
    names = [column[0] for column in cursor.description or ()]
    return tuple(
        {name: value for name, value in zip(names, row, strict=True) if name not in personal}
        for row in cursor.fetchall()
    )


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    found = con.execute(f"select count(*) from (\n{query}\n)").fetchone()
    return int(found[0]) if found else 0


def _personal_columns(project: Project, test: DataTest) -> frozenset[str]:
    read = [project.nodes[name].columns for name in test.depends_on]
    read += [project.sources[key].columns for key in test.sources]
    return frozenset(
        column.name
        for columns in read
        for column in columns.values()
        if column.meta.get("personal")
    )


def column_types(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    """Return the columns of a query and their types, in order."""
    return {str(row[0]): str(row[1]) for row in con.execute(f"describe (\n{query}\n)").fetchall()}
