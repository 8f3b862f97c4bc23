"""Dropping and finding what stands there, inside a transaction and out of it."""

import duckdb
import pytest

from tracking_pipeline.warehouse.connection import transaction
from tracking_pipeline.warehouse.swap import drop, relation_kind, swap

NAMES = ("a_table", "a_view", "odd name.x")


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute("create table marts.a_table as select 1 as x")
    connection.execute("create view marts.a_view as select 2 as x")
    connection.execute('create table marts."odd name.x" as select 3 as x')
    return connection


def kinds(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    return {name: relation_kind(con, "marts", name) for name in NAMES}


def test_a_relation_is_a_table_a_view_or_nothing(con: duckdb.DuckDBPyConnection) -> None:
    assert kinds(con) == {"a_table": "table", "a_view": "view", "odd name.x": "table"}
    assert relation_kind(con, "marts", "nothing") is None
    assert relation_kind(con, "no_schema", "a_table") is None


def test_a_view_whose_table_is_gone_is_still_a_view(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create view marts.over as from marts.a_table")
    con.execute("drop table marts.a_table")
    assert relation_kind(con, "marts", "over") == "view"
    drop(con, "marts", "over")
    assert relation_kind(con, "marts", "over") is None


def test_a_frame_of_that_name_is_no_relation(con: duckdb.DuckDBPyConnection) -> None:
    nothing = con.sql("select 1 as x")
    assert nothing.fetchall() == [(1,)]
    assert relation_kind(con, "marts", "nothing") is None


@pytest.mark.parametrize("name", [*NAMES, "nothing"])
def test_whatever_it_is_it_is_dropped_alone(con: duckdb.DuckDBPyConnection, name: str) -> None:
    before = kinds(con)
    drop(con, "marts", name)
    assert kinds(con) == before | ({name: None} if name in before else {})


def test_dropping_in_a_schema_that_is_not_there_is_dropping_nothing(
    con: duckdb.DuckDBPyConnection,
) -> None:
    drop(con, "no_schema", "a_table")


def test_dropping_a_view_keeps_the_transaction(con: duckdb.DuckDBPyConnection) -> None:
    with transaction(con):
        con.execute("insert into marts.a_table values (4)")
        drop(con, "marts", "a_view")
        con.execute("insert into marts.a_table values (5)")
    assert con.execute("select x from marts.a_table").fetchall() == [(1,), (4,), (5,)]
    assert relation_kind(con, "marts", "a_view") is None


def test_a_rollback_brings_back_what_was_dropped(con: duckdb.DuckDBPyConnection) -> None:
    con.begin()
    drop(con, "marts", "a_table")
    drop(con, "marts", "a_view")
    con.rollback()
    assert kinds(con) == {"a_table": "table", "a_view": "view", "odd name.x": "table"}


def test_a_table_takes_the_place_of_a_view(con: duckdb.DuckDBPyConnection) -> None:
    with transaction(con):
        swap(con, "marts", "a_table", "a_view")
    assert con.execute("select x from marts.a_view").fetchall() == [(1,)]
    assert kinds(con) == {"a_table": None, "a_view": "table", "odd name.x": "table"}
