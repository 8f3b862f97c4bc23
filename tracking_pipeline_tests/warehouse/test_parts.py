"""A version is written by its changed parts, and holds what a whole copy would hold."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse import snapshot
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import open_snapshot, publish

Table = list[tuple[object, ...]]

MODELS = """
    create schema marts; create schema seeds; create schema analysis;
    create table seeds.engines as select 'A' as engine_id;
    create table analysis.claims (week_start date, sentence varchar, tags varchar[]);
    create table marts.scores (client_id varchar, score_date date, value double, due_date date);
    create table marts.health (client_id varchar, level integer);
    create view marts.latest as select client_id, max(score_date) as score_date
        from marts.scores group by all;
    insert into marts.scores
        select 'acme', date '2025-06-01' + n::integer // 50, n / 7, null from range(500) _ (n);
    insert into marts.health values ('acme', 1);
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, memory_limit="200MB", threads=1)


@pytest.fixture
def con(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with writer(settings) as connection:
        connection.execute(MODELS)
        yield connection


def content(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[Table, Table]]:
    """Return the columns and the rows of all that is published."""
    names = con.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('marts', 'seeds', 'analysis') "
        "and table_catalog = current_database() order by all"
    ).fetchall()
    return {
        name: (
            con.execute(f"describe {name}").fetchall(),
            con.execute(f"from {name} order by all").fetchall(),
        )
        for (name,) in names
    }


def expect_the_same(settings: Settings, con: duckdb.DuckDBPyConnection) -> None:
    publish(settings, con)
    with open_snapshot(settings) as reader:
        assert content(reader) == content(con)


def new_days(draw: random.Random) -> str:
    return (
        "insert into marts.scores select 'globex', date '2025-06-01' + "
        f"{draw.randrange(30)}, n * {draw.random()}, null from range({draw.randrange(40)}) _ (n)"
    )


def without_date(draw: random.Random) -> str:
    return f"insert into marts.scores values ('acme', null, {draw.random()}, null)"


def deleted(draw: random.Random) -> str:
    return f"delete from marts.scores where value::integer % 7 = {draw.randrange(7)}"


def corrected(draw: random.Random) -> str:
    day = f"date '2025-06-01' + {draw.randrange(12)}"
    return f"update marts.scores set value = -value where score_date = {day}"


def shifted(draw: random.Random) -> str:
    return f"update marts.scores set score_date = score_date + {draw.randrange(3)}"


def doubled(_: random.Random) -> str:
    return "insert into marts.scores from marts.scores limit 300"


def emptied(draw: random.Random) -> str:
    return f"delete from {draw.choice(['marts.scores', 'marts.health', 'analysis.claims'])}"


def told(draw: random.Random) -> str:
    week = f"date '2025-06-01' + 7 * {draw.randrange(3)}"
    return f"insert into analysis.claims values ({week}, 'better', ['a', null])"


def other_column(draw: random.Random) -> str:
    return f"alter table marts.health add column if not exists c{draw.randrange(3)} double"


CHANGES: list[Callable[[random.Random], str]] = [
    *(new_days, without_date, deleted, corrected, shifted, doubled, emptied, told, other_column),
]


@pytest.mark.parametrize("seed", range(6))
def test_after_any_changes_a_version_equals_the_warehouse(
    settings: Settings, con: duckdb.DuckDBPyConnection, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311 - synthetic changes
    for _ in range(8):
        for change in draw.choices(CHANGES, k=draw.randrange(3)):
            con.execute(change(draw))
        expect_the_same(settings, con)


@pytest.mark.parametrize(
    "change",
    [
        "alter table marts.scores alter value set data type decimal(18, 4)",
        "alter table marts.health rename level to grade",
        "create or replace table marts.health as select level, client_id from marts.health",
        "alter table analysis.claims drop tags",
        "drop table marts.health",
        "drop table marts.health; create view marts.health as select 1 as level",
        "drop view marts.latest; create table marts.latest as select 1 as n",
        "create table marts.goals (goal_id varchar)",
        "drop view marts.latest",
        "create or replace view marts.latest as select count(*) as n from marts.scores",
    ],
)
def test_after_another_model_a_version_equals_the_warehouse(
    settings: Settings, con: duckdb.DuckDBPyConnection, change: str
) -> None:
    publish(settings, con)
    con.execute(change)
    expect_the_same(settings, con)


def test_only_the_days_that_changed_are_written(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute("delete from marts.scores where score_date >= '2025-06-04'")
    publish(settings, con)
    con.execute("update marts.scores set value = 0 where score_date = '2025-06-01' and value < 1")
    expect_the_same(settings, con)
    with open_snapshot(settings) as reader:
        written = reader.execute(
            "select day(score_date) from marts.scores group by all order by min(rowid)"
        ).fetchall()
    # What is written anew goes behind what stays.
    assert written == [(2,), (3,), (1,)]


def test_many_versions_are_no_larger_than_the_first(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute("insert into marts.scores select * replace (1 as value) from marts.scores")
    sizes = []
    for n in range(12):
        con.execute(f"update marts.scores set value = {n} where score_date = '2025-06-08'")
        publish(settings, con)
        sizes.append(max(settings.snapshots_dir.glob("*.duckdb")).stat().st_size)
    assert sizes[-1] <= 1.5 * sizes[0]


@pytest.mark.parametrize("block", range(6))
def test_a_damaged_version_does_not_keep_the_next_from_being_written(
    settings: Settings, con: duckdb.DuckDBPyConnection, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "WHOLE_EVERY", 3)
    publish(settings, con)
    (file,) = settings.snapshots_dir.glob("*.duckdb")
    with file.open("r+b") as stream:
        stream.seek(3 * 4096 + block * 2**18 + 100)
        stream.write(b"\xff" * 1000)
    con.execute("delete from marts.scores where score_date = '2025-06-02'")
    publish(settings, con)
    expect_the_same(settings, con)
