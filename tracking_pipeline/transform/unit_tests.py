"""Unit tests: a model's SQL over given rows must make the expected rows; no table is touched."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import duckdb

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.checks import CheckResult, column_types, sample_rows
from tracking_pipeline.transform.nodes import Column, Given, Node, Relation, UnitTest
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import Rendering
from tracking_pipeline.transform.seeds import read_seed
from tracking_pipeline.warehouse.swap import quote, relation_kind

_Row = Mapping[str, Any]


def run_unit_tests(
    con: duckdb.DuckDBPyConnection, project: Project, names: Collection[str] = ()
) -> Iterator[CheckResult]:
    """Yield one result a unit test (of ``names``, all when empty); failures are rows that differ.

    A column that a given row leaves out is NULL, of the type it has in the warehouse. ProjectError
    for an unknown name, an input that is not given, or a column that does not exist.
    """
    known = {test.name: test for test in project.unit_tests}
    for name in names or known:
        if name not in known:
            raise ProjectError(name, f"is no unit test of {project.folder}", "Correct the name")
        yield _run(con, project, known[name])


def _run(con: duckdb.DuckDBPyConnection, project: Project, test: UnitTest) -> CheckResult:
    model = project.models[test.model]
    stand_ins: dict[str, str] = {}
    ctes: list[str] = []
    for position, given in enumerate(test.given):
        name = quote(f"__given_{position}")
        stand_ins[_input(project, test, given)] = name
        ctes.append(f"{name} as (\n{_given_sql(con, project, test, given)}\n)")
    inputs = [*model.depends_on, *(".".join(key) for key in model.sources)]
    for missing in (name for name in inputs if name not in stand_ins):
        raise ProjectError(
            str(test.path),
            f"the unit test {test.name} gives no rows for {missing}",
            "Add it under `given:`, with `rows: []` when it shall be empty",
        )
    rendering = Rendering(project, test.variables, stand_ins, test.macros)
    actual = rendering.node(model, incremental=False)
    query = _difference(con, test, ctes, actual)
    found = con.execute(f"select count(*) from (\n{query}\n)").fetchone()
    n_failures = int(found[0]) if found else 0
    sample = sample_rows(con, query, frozenset()) if n_failures else ()
    return CheckResult(test.name, None, "error", n_failures, sample, n_failures == 0, query)


def _input(project: Project, test: UnitTest, given: Given) -> str:
    """Return the name by which a rendering's stand-ins know the input."""
    names = {
        "ref": lambda *names: names[-1],
        "source": lambda source, table: f"{source}.{table}",
        "this": "this",
    }
    return str(project.templates.evaluate(given.input, names, test.path))


def _given_sql(
    con: duckdb.DuckDBPyConnection, project: Project, test: UnitTest, given: Given
) -> str:
    name = _input(project, test, given)
    if name in project.seeds and given.rows is None:
        return _seed_sql(con, project.seeds[name])
    node = project.nodes.get(test.model if name == "this" else name)
    source = {".".join(key): found for key, found in project.sources.items()}.get(name)
    described = node or source
    if described is None:
        raise ProjectError(
            str(test.path),
            f"the unit test {test.name} gives rows for {given.input}, which does not exist",
            "Correct its `input:`",
        )
    return _rows_sql(given.rows or (), _types(con, described.relation, described.columns))


def _seed_sql(con: duckdb.DuckDBPyConnection, seed: Node) -> str:
    header, lines = read_seed(seed)
    declared = {name: str(kind) for name, kind in seed.config.get("column_types", {}).items()}
    rows = [
        {name: field or None for name, field in zip(header, line, strict=True)} for line in lines
    ]
    return _rows_sql(rows, _types(con, seed.relation, {}) or declared)


def _types(
    con: duckdb.DuckDBPyConnection, relation: Relation, described: Mapping[str, Column]
) -> Mapping[str, str | None]:
    """Return the types that the relation has in the warehouse, or else those its YAML declares."""
    if relation_kind(con, relation.schema, relation.identifier):
        return column_types(con, f"select * from {relation}")
    return {name: column.data_type for name, column in described.items()}


def _difference(
    con: duckdb.DuckDBPyConnection, test: UnitTest, ctes: list[str], actual: str
) -> str:
    """Return the query whose rows the model made but should not have, and those it missed."""
    prefix = f"with {', '.join(ctes)}\n" if ctes else ""
    types = column_types(con, f"{prefix}select * from (\n{actual}\n)")
    columns = list(dict.fromkeys(name for row in test.expect for name in row)) or list(types)
    for unknown in (name for name in columns if name not in types):
        raise ProjectError(
            str(test.path),
            f"the unit test {test.name} expects a column {unknown}, which {test.model} has not",
            f"Choose among: {', '.join(types)}",
        )
    expected = _rows_sql(test.expect, {name: types[name] for name in columns})
    listed = ", ".join(quote(name) for name in columns)
    ctes = [
        *ctes,
        f"actual as (select {listed} from (\n{actual}\n))",
        f"expected as (\n{expected}\n)",
    ]
    return (
        f"with {', '.join(ctes)}\n"
        "select 'unexpected' as difference, * from (from actual except all from expected)\n"
        "union all\n"
        "select 'missing' as difference, * from (from expected except all from actual)"
    )


def _rows_sql(rows: Sequence[_Row], types: Mapping[str, str | None]) -> str:
    """Return a query of the rows; a column of unknown type keeps that of its values."""
    columns = list(dict.fromkeys([*types, *(name for row in rows for name in row)]))
    selects = [
        "select "
        + ", ".join(f"{_cast(row.get(name), types.get(name))} as {quote(name)}" for name in columns)
        for row in rows
    ]
    nothing = ", ".join(f"{_cast(None, types.get(name))} as {quote(name)}" for name in columns)
    return "\nunion all\n".join(selects) or f"select {nothing or 'null as nothing'} where false"


def _cast(value: object, kind: str | None) -> str:
    literal = _literal(value)
    return f"cast({literal} as {kind})" if kind else literal


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool | int | float) and value == value:  # noqa: PLR0124 - not for NaN
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_literal(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(k)}: {_literal(v)}" for k, v in value.items()) + "}"
    return "'" + str(value).replace("'", "''") + "'"
