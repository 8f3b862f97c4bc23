"""Expectations as predicates of one query: milliseconds, where a library needs seconds."""

from typing import TYPE_CHECKING

import duckdb

from tracking_pipeline.quality.suites import Expectation, Suite
from tracking_pipeline.warehouse.swap import literal, quote

if TYPE_CHECKING:
    from tracking_pipeline.quality.validate import Outcome


def run(con: duckdb.DuckDBPyConnection, suite: Suite, n_shown: int) -> dict[str, "Outcome"]:
    """Return how many rows break each expectation, by name, and where the first of them stand."""
    counts = ", ".join(
        f"count(*) filter (where {_broken(suite, each)})" for each in suite.expectations
    )
    (found,) = con.execute(f"select {counts} from {_table(suite)}").fetchall()
    return {
        each.name: (int(n), _places(con, suite, each, n_shown) if n else [])
        for each, n in zip(suite.expectations, found, strict=True)
    }


def _places(
    con: duckdb.DuckDBPyConnection, suite: Suite, each: Expectation, n_shown: int
) -> list[dict[str, object]]:
    names = list(dict.fromkeys((*suite.located_by, *each.told)))
    shown = ", ".join(quote(name) for name in names)
    query = f"select {shown} from {_table(suite)} where {_broken(suite, each)} limit {n_shown}"
    return [dict(zip(names, row, strict=True)) for row in con.execute(query).fetchall()]


def _broken(suite: Suite, each: Expectation) -> str:
    """Return the condition of the rows that break the expectation."""
    column = quote(each.column)
    match each.rule:
        case "not_null":
            return f"{column} is null"
        case "unique":
            twice = f"select {column} from {_table(suite)} group by all having count(*) > 1"
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
