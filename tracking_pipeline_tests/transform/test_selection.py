from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import Project, load_project
from tracking_pipeline.transform.selection import changed_by
from tracking_pipeline_tests.transform import scenario

FILES = {
    "seeds/rates.csv": "id,rate\n1,2\n",
    "models/sources.yml": "sources: [{name: raw, tables: [{name: mails}, {name: calls}]}]",
    "models/mails.sql": "select * from {{ source('raw', 'mails') }}",
    "models/calls.sql": "select * from {{ source('raw', 'calls') }}",
    "models/dear_mails.sql": "{{ config(materialized='table') }}"
    "select * from {{ ref('mails') }} inner join {{ ref('rates') }} using (id)",
    "models/all.sql": "{{ config(materialized='table') }}"
    "select id from {{ ref('mails') }} union all select id from {{ ref('calls') }}",
}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        for table in ("mails", "calls"):
            connection.execute(f"create table raw.{table} as select 1 as id")
        yield connection


def project(folder: Path, **changes: str) -> Project:
    folder.mkdir()
    return load_project(scenario.write_project(folder, FILES | changes))


def built(con: duckdb.DuckDBPyConnection, whole: Project) -> None:
    assert {result.status for result in build(con, whole)} == {"built"}


def test_what_is_not_there_is_built(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    whole = project(tmp_path / "p")
    assert changed_by(con, whole, set(), {}) == set(whole.nodes)
    built(con, whole)
    assert changed_by(con, whole, set(), {}) == set()
    con.execute('drop table main."all"')
    assert changed_by(con, whole, set(), {}) == {"all"}


def test_new_rows_concern_all_that_reads_their_table_and_nothing_else(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = project(tmp_path / "p")
    built(con, whole)
    assert changed_by(con, whole, {"calls"}, {}) == {"calls", "all"}
    assert changed_by(con, whole, {"mails"}, {}) == {"mails", "dear_mails", "all"}


@pytest.mark.parametrize(
    ("file", "text", "concerned"),
    [
        ("seeds/rates.csv", "id,rate\n1,3\n", {"rates", "dear_mails"}),
        ("models/calls.sql", "select 2 as id from {{ source('raw', 'calls') }}", {"calls", "all"}),
        (
            "models/all.sql",
            "{{ config(materialized='table') }}select id + 1 as id from {{ ref('calls') }}",
            {"all"},
        ),
    ],
)
def test_new_sql_or_a_new_seed_concerns_what_rests_on_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, file: str, text: str, concerned: set[str]
) -> None:
    built(con, project(tmp_path / "old"))
    assert changed_by(con, project(tmp_path / "new", **{file: text}), set(), {}) == concerned
