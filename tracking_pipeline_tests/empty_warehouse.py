"""A warehouse in which all that is built of nothing stands, made once a process and copied.

What a test lands then costs what it touches. Incremental tables are left out unless one asks for
them, so that they are built whole at first.
"""

import atexit
import json
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import duckdb

from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.pipeline.building import sql_project
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.build import NodeResult
from tracking_pipeline.transform.build import build as build_nodes
from tracking_pipeline.transform.state import Definition, State, definitions
from tracking_pipeline.warehouse.connection import writer


def put(file: Path, *, is_whole: bool = False, run_tests: bool = True, **variables: object) -> None:
    """Lay a copy where a warehouse is to be; these variables are those of the test's builds.

    Incremental tables stand as well when it ``is_whole``, as it must be to be published.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    made = _whole if is_whole else _without_incremental
    shutil.copy(made(json.dumps(variables), run_tests=run_tests), file)


@contextmanager
def opened(
    settings: Settings, *, is_whole: bool = False, run_tests: bool = True, **variables: object
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the warehouse of a new home, which is a copy."""
    put(settings.warehouse_file, is_whole=is_whole, run_tests=run_tests, **variables)
    with writer(settings) as con:
        yield con


def build(
    con: duckdb.DuckDBPyConnection,
    select: Collection[str] = (),
    *,
    run_tests: bool = True,
    full_refresh: bool = False,
    **variables: object,
) -> list[NodeResult]:
    """Build the project as always, but its texts are rendered once a process."""
    project, defined = sql_project(), _defined(json.dumps(variables))
    return list(
        build_nodes(
            con,
            project,
            select=select,
            variables=variables,
            state=State(con, project, defined, is_tested=run_tests),
            full_refresh=full_refresh,
            run_tests=run_tests,
        )
    )


@cache
def _whole(variables: str, *, run_tests: bool) -> Path:
    file = _folder() / f"{uuid4()}.duckdb"
    with duckdb.connect(file) as con:
        con.execute("set TimeZone = 'UTC'")
        create_tables(con)
        built = build(con, run_tests=run_tests, **json.loads(variables))
        assert {each.status for each in built} == {"built"}
    return file


@cache
def _without_incremental(variables: str, *, run_tests: bool) -> Path:
    file = _folder() / f"{uuid4()}.duckdb"
    shutil.copy(_whole(variables, run_tests=run_tests), file)
    with duckdb.connect(file) as con:
        for node in sql_project().nodes.values():
            if node.materialized == "incremental":
                con.execute(f"drop table {node.relation}")
                con.execute("delete from meta.nodes where name = ?", [node.name])
    return file


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    return folder


@cache
def _defined(variables: str) -> dict[str, Definition]:
    return definitions(sql_project(), json.loads(variables))
