"""What must hold on landed tables, models and seeds, and the rows against it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from tracking_pipeline.errors import unknown
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.pipeline.building import sql_project, try_model
from tracking_pipeline.pipeline.loading import expect_suites
from tracking_pipeline.quality.suites import SUITES
from tracking_pipeline.quality.validate import ExpectationResult
from tracking_pipeline.quality.validate import validate as validate_suite
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.warehouse.connection import writer

_LANDED = "landing."
_MOST_SHOWN = 100


@dataclass(frozen=True)
class Checked:
    """How one check of a table fared: its rule in words, the rows against it and some of them."""

    table: str
    name: str
    rule: str
    is_blocking: bool
    n_against: int
    rows: tuple[Mapping[str, Any], ...]


def validate(settings: Settings, table: str) -> list[ExpectationResult]:
    """Check what must hold on the landed table ``table``."""
    with writer(settings) as con:
        create_tables(con)
        return validate_suite(con, SUITES[table])


def checked(settings: Settings, table: str | None = None) -> list[Checked]:
    """Check every landed table, or all that must hold on one, a model or a seed; keep nothing.

    Of a model or seed it is what would be built now, with a hundred of the rows against each check.
    SettingsError for an unknown table; ValidationError when a kind of record has no suite.
    """
    expect_suites()
    nodes = {str(node.relation).replace('"', ""): node for node in sql_project().nodes.values()}
    landed = {f"{_LANDED}{name}": name for name in SUITES}
    with writer(settings) as con:
        create_tables(con)
        if table is None:
            return [each for name in landed for each in _of_landed(con, name, 1)]
        if table in landed:
            return _of_landed(con, table, _MOST_SHOWN)
        name = nodes[table].name if table in nodes else table
        if name not in sql_project().nodes:
            raise unknown(table, "landed table, model or seed", [*landed, *sql_project().nodes])
        return [_of_model(name, each) for each in try_model(con, settings, name)]


def _of_landed(con: duckdb.DuckDBPyConnection, table: str, n_shown: int) -> list[Checked]:
    results = validate_suite(con, SUITES[table.removeprefix(_LANDED)], n_shown)
    files = _files(con, (row for each in results for row in each.sample))
    return [
        Checked(
            table,
            each.name,
            each.rule,
            each.severity == "blocking",
            each.n_unexpected,
            tuple({**files.get(row.get("file_id"), {}), **row} for row in each.sample),
        )
        for each in results
    ]


def _files(
    con: duckdb.DuckDBPyConnection, rows: Iterable[Mapping[str, Any]]
) -> dict[object, dict[str, str]]:
    """Return what people call the files that rows stand in, by their ids."""
    ids = [row["file_id"] for row in rows if "file_id" in row]
    query = (
        "select file_id, source || '/' || relative_path from landing.manifest "
        "where list_contains(?::varchar[], file_id)"
    )
    return {id_: {"file": path} for id_, path in con.execute(query, [ids]).fetchall()}


def _of_model(table: str, check: CheckResult) -> Checked:
    rows = tuple({key: row[key] for key in row if key != "allowed"} for row in check.sample)
    rule = "; ".join(filter(None, (check.rule, check.hint.strip())))
    return Checked(table, check.name, rule, check.severity == "error", check.n_failures, rows)
