from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import Project, load_project
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


def built(con: duckdb.DuckDBPyConnection, whole: Project, **how: object) -> set[str]:
    """Build, and return what was not left as it was."""
    results = list(build(con, whole, **how))  # type: ignore[arg-type]
    assert {result.status for result in results} <= {"built", "unchanged"}
    return {result.name for result in results if result.status == "built"}


def test_what_is_not_there_is_built_and_nothing_twice(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = project(tmp_path / "p")
    assert built(con, whole) == set(whole.nodes)
    assert built(con, whole) == set()
    con.execute('drop table main."all"')
    assert built(con, whole) == {"all"}
    con.execute("drop table main.rates")
    assert built(con, whole) == {"rates"}  # its content is what it was


def test_new_rows_concern_all_that_reads_their_table_and_nothing_else(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = project(tmp_path / "p")
    built(con, whole)
    con.execute("insert into raw.calls values (2)")
    assert built(con, whole) == {"calls", "all"}
    con.execute("insert into raw.mails values (3)")
    assert built(con, whole) == {"mails", "dear_mails", "all"}
    con.execute("update raw.mails set id = 4 where id = 3")
    assert built(con, whole) == {"mails", "dear_mails", "all"}


def test_the_rows_of_a_view_are_counted_when_it_is_made_or_asked_for(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = project(tmp_path / "p")

    def counted(*, is_forced: bool = False) -> int | None:
        results = {each.name: each for each in build(con, whole, is_forced=is_forced)}
        assert results["mails"].status == "built"
        return results["mails"].n_rows

    assert counted() == 1
    con.execute("insert into raw.mails values (2)")
    assert counted() is None
    assert counted(is_forced=True) == 2


def test_of_a_table_whose_rows_only_come_their_number_and_the_newest_are_asked(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    growing = FILES["models/sources.yml"].replace(
        "name: raw,", "name: raw, meta: {appended_by: id},"
    )
    whole = project(tmp_path / "p", **{"models/sources.yml": growing})
    built(con, whole)
    con.execute("insert into raw.calls values (0)")
    assert built(con, whole) == {"calls", "all"}
    con.execute("update raw.calls set id = 2 where id = 1")
    assert built(con, whole) == {"calls", "all"}


def test_what_is_made_anew_with_the_same_rows_stops_what_rests_on_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = project(tmp_path / "p")
    built(con, whole)
    con.execute("insert into raw.mails values (9)")
    # Of the mail 9 there is no rate: `dear_mails` is made anew, and `thanks` rests on the same.
    thanks = {"models/thanks.sql": "{{ config(materialized='table') }}from {{ ref('dear_mails') }}"}
    more = project(tmp_path / "more", **thanks)
    assert built(con, more) == {"mails", "dear_mails", "all", "thanks"}
    con.execute("insert into raw.mails values (10)")
    assert built(con, more) == {"mails", "dear_mails", "all"}


def test_another_type_of_the_same_values_is_another_content(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    built(con, project(tmp_path / "p"))
    seeds = {"models/rates.yml": "seeds: [{name: rates, config: {column_types: {rate: BIGINT}}}]"}
    assert built(con, project(tmp_path / "typed", **seeds)) == {"rates", "dear_mails"}


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
        (
            "models/all.yml",
            "models: [{name: all, columns: [{name: id, data_tests: [not_null]}]}]",
            {"all"},
        ),
    ],
)
def test_new_sql_or_a_new_seed_concerns_what_rests_on_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, file: str, text: str, concerned: set[str]
) -> None:
    built(con, project(tmp_path / "old"))
    assert built(con, project(tmp_path / "new", **{file: text})) == concerned


def test_another_text_of_the_deltas_alone_concerns_an_incremental_model(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = "{{ config(materialized='incremental') }}select id from {{ ref('mails') }} "
    text += "{% if is_incremental() %}where id > (select max(id) from {{ this }}){% endif %}"
    built(con, project(tmp_path / "old", **{"models/days.sql": text}))
    new = project(tmp_path / "new", **{"models/days.sql": text.replace(">", ">=")})
    assert built(con, new) == {"days"}


def test_another_engine_concerns_everything(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = project(tmp_path / "p")
    built(con, whole)
    monkeypatch.setattr(duckdb, "__version__", "99.0")
    assert built(con, whole) == set(whole.nodes)


def test_what_a_test_reads_concerns_what_it_tests(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    related = "models: [{name: all, columns: [{name: id, data_tests: [{relationships: "
    related += "{arguments: {to: ref('rates'), field: id}}}]}]}]"
    whole = project(tmp_path / "p", **{"models/all.yml": related})
    built(con, whole)
    more = {"models/all.yml": related, "seeds/rates.csv": "id,rate\n1,2\n2,2\n"}
    assert built(con, project(tmp_path / "more", **more)) == {"rates", "dear_mails", "all"}


def test_what_was_built_untested_is_tested_when_tests_are_asked_for(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = project(tmp_path / "p")
    assert built(con, whole, run_tests=False) == set(whole.nodes)
    assert built(con, whole, run_tests=False) == set()
    assert built(con, whole) == set(whole.nodes)


def test_a_variable_concerns_what_names_it(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    dated = {"models/calls.sql": "select id, '{{ var('as_of') }}' as day from raw.calls"}
    whole = project(tmp_path / "p", **dated)
    built(con, whole, variables={"as_of": "2026-01-01"})
    assert built(con, whole, variables={"as_of": "2026-01-01"}) == set()
    assert built(con, whole, variables={"as_of": "2026-01-02"}) == {"calls", "all"}


def test_what_is_forced_is_built_whatever_it_rests_on(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = project(tmp_path / "p")
    built(con, whole)
    assert built(con, whole, select=["calls"]) == set()
    assert built(con, whole, select=["calls"], is_forced=True) == {"calls"}


def test_what_reads_a_blocked_table_is_skipped_with_all_below(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = project(tmp_path / "p")
    results = build(con, whole, blocked=[("raw", "calls")])
    told = {result.name: (result.status, result.error) for result in results}
    assert told["calls"] == ("skipped", "not built because of raw.calls")
    assert told["all"] == ("skipped", "not built because of calls")
    assert told["dear_mails"][0] == "built"
