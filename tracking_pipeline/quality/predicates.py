"""Expectations as predicates of one query: milliseconds, where a library needs seconds."""

from typing import TYPE_CHECKING

import duckdb

from tracking_pipeline.quality.suites import Expectation, Suite
from tracking_pipeline.warehouse.swap import literal, quote

if TYPE_CHECKING:
    from tracking_pipeline.quality.validate import Outcome


def run(con: duckdb.DuckDBPyConnection, suite: Suite, n_shown: int) -> dict[str, "Outcome"]:
    """Return how many rows break each expectation, by name, and where the first of them stand."""
    found = _counted(con, suite, _table(suite))
    return {
        each.name: (n, _places(con, suite, each, n_shown) if n else [])
        for each, n in zip(suite.expectations, found, strict=True)
    }


def hold(con: duckdb.DuckDBPyConnection, suite: Suite, *, batch: str, after: int) -> bool:
    """Return whether every row that came ``after`` a batch holds, beside those before it.

    ``batch`` is the column of the batches.
    """
    new = f"(select * from {_table(suite)} where ({quote(batch)} <= {after}) is not true)"
    return not any(_counted(con, suite, new))


def _counted(con: duckdb.DuckDBPyConnection, suite: Suite, rows: str) -> tuple[int, ...]:
    """Return how many of the rows break each expectation."""
    counts = ", ".join(
        f"count(*) filter (where {_broken(suite, each, rows)})" for each in suite.expectations
    )
    (found,) = con.execute(f"select {counts} from {rows}").fetchall()
    return tuple(map(int, found))


def _places(
    con: duckdb.DuckDBPyConnection, suite: Suite, each: Expectation, n_shown: int
) -> list[dict[str, object]]:
    names = list(dict.fromkeys((*suite.located_by, *each.told)))
    shown = ", ".join(quote(name) for name in names)
    table = _table(suite)
    query = f"select {shown} from {table} where {_broken(suite, each, table)} limit {n_shown}"
    return [dict(zip(names, row, strict=True)) for row in con.execute(query).fetchall()]


def _broken(suite: Suite, each: Expectation, rows: str) -> str:
    """Return the condition of those of the rows that break the expectation."""
    column = quote(each.column)
    match each.rule:
        case "not_null":
            return f"{column} is null"
        case "unique":
            table = _table(suite)
            asked = "" if rows == table else f"where {column} in (select {column} from {rows})"
            twice = f"select {column} from {table} {asked} group by all having count(*) > 1"
            return f"{column} in ({twice})"
        case "one_of":
            return f"{column} not in ({', '.join(map(literal, each.values))})"
        case "between":
            bounds = ((each.low, "<"), (each.high, ">"))
            beyond = [f"{column} {sign} {bound!r}" for bound, sign in bounds if bound is not None]
            return " or ".join(beyond)
        case "no_row":
            return each.where


def _table(suite: Suite) -> str:
    return f"landing.{quote(suite.table)}"
