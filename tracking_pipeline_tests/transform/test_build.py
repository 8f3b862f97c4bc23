from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.settings import load_settings
from tracking_pipeline.transform.build import NodeResult, build, try_node
from tracking_pipeline.transform.project import Project, load_project
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.transform import scenario

SOURCE = "sources: [{name: raw, tables: [{name: rows}]}]"
FROM_RAW = "select id, note, secret from {{ source('raw', 'rows') }}"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.rows (id bigint, note varchar, secret varchar)")
        connection.execute("insert into raw.rows values (1, 'a', 's1'), (2, 'b', 's2')")
        yield connection


def small(tmp_path: Path, config: str, tests: str, sql: str = FROM_RAW, **more: str) -> Project:
    """Return a project of one model ``m`` over ``raw.rows``, and its child ``child``."""
    files = {
        "models/m.sql": "{{ config(" + config + ") }}" + sql,
        "models/child.sql": "{{ config(materialized='table') }}select * from {{ ref('m') }}",
        "tests/generic/is_below.sql": "{% test is_below(model, column_name, limit) %}"
        "select * from {{ model }} where {{ column_name }} >= {{ limit }}{% endtest %}",
        "models/m.yml": f"{SOURCE}\nmodels:\n  - name: m\n    columns:\n"
        f"      - {{name: id, data_tests: {tests}}}\n"
        "      - {name: secret, meta: {personal: true}}\n",
        **{f"models/{name}.sql": text for name, text in more.items()},
    }
    return load_project(scenario.write_project(tmp_path, files))


def built(con: duckdb.DuckDBPyConnection, project: Project, **how: object) -> dict[str, NodeResult]:
    return {result.name: result for result in build(con, project, **how)}  # type: ignore[arg-type]


def rows(con: duckdb.DuckDBPyConnection, relation: str = "main.m") -> list[int]:
    return [row[0] for row in con.execute(f"select id from {relation} order by id").fetchall()]


def relations(con: duckdb.DuckDBPyConnection) -> set[str]:
    query = "select table_name from information_schema.tables where table_schema = 'main'"
    return {row[0] for row in con.execute(query).fetchall()}


INCREMENTAL = "materialized='incremental', unique_key='id'"
DELTA = FROM_RAW + (
    "{% if is_incremental() %} where id > (select max(id) from {{ this }}){% endif %}"
)


@pytest.mark.parametrize(
    ("config", "sql"),
    [("materialized='table'", FROM_RAW), (INCREMENTAL, DELTA)],
)
def test_a_failing_blocking_test_keeps_the_last_good_table(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, config: str, sql: str
) -> None:
    tests = "[{accepted_values: {arguments: {values: [1, 2, 3]}}}]"
    project = small(tmp_path, config, tests, sql)
    assert {result.status for result in built(con, project).values()} == {"built"}
    con.execute("insert into raw.rows values (3, 'c', 's3'), (9, 'bad', 's9')")
    results = built(con, project)
    assert results["m"].status == "failed"
    assert "id_is_known" in str(results["m"].error)
    (check,) = results["m"].checks
    assert (check.n_failures, check.passed, check.is_blocking) == (1, False, True)
    assert results["child"].status == "skipped"
    assert rows(con) == rows(con, "main.child") == [1, 2]
    assert relations(con) == {"m", "child"}
    con.execute("delete from raw.rows where id = 9")
    assert {result.status for result in built(con, project).values()} == {"built"}
    assert rows(con) == rows(con, "main.child") == [1, 2, 3]


def test_a_failing_blocking_test_keeps_the_last_good_view(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    tests = "[{accepted_values: {arguments: {values: [1, 2, 3]}}}]"
    built(con, small(tmp_path, "materialized='view'", tests))
    con.execute("insert into raw.rows values (3, 'c', 's3')")
    changed = small(
        tmp_path, "materialized='view'", tests, FROM_RAW.replace("id,", "id + 1 as id,")
    )
    results = built(con, changed)
    assert (results["m"].status, results["child"].status) == ("failed", "skipped")
    assert rows(con) == [1, 2, 3]
    assert relations(con) == {"m", "child"}


def test_a_failing_warning_replaces_the_table_and_is_told(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    tests = "[{accepted_values: {arguments: {values: [1]}, config: {severity: warn}}}]"
    results = built(con, small(tmp_path, "materialized='table'", tests))
    (check,) = results["m"].checks
    assert (check.severity, check.passed, check.n_failures) == ("warn", False, 1)
    assert (results["m"].status, results["m"].n_rows) == ("built", 2)
    assert results["child"].status == "built"


def test_samples_leave_personal_columns_out_and_name_the_real_table(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute("insert into raw.rows select null, 'x', 's' from range(9)")
    (check,) = built(con, small(tmp_path, "materialized='table'", "[not_null]"))["m"].checks
    assert check.n_failures == 9
    assert check.sample == ({"id": None, "note": "x"},) * 5
    assert '"main"."m"' in check.sql
    assert "__new" not in check.sql


@pytest.mark.parametrize(
    ("config", "sql"),
    [("materialized='table'", FROM_RAW), ("materialized='view'", FROM_RAW), (INCREMENTAL, DELTA)],
)
def test_a_trial_shows_every_row_that_a_build_refuses_and_keeps_nothing(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, config: str, sql: str
) -> None:
    project = small(tmp_path, config, "[{is_below: {limit: 10}}]", sql)
    built(con, project)
    con.execute("insert into raw.rows select 10 + range, 'x', 's' from range(120)")
    if "view" not in config:
        error = str(built(con, project)["m"].error)
        assert error.endswith("m.sql; `tracking validate m` shows the rows")
    (check,) = try_node(con, project, "m", variables={})
    assert (check.n_failures, len(check.sample)) == (120, 100)
    assert {tuple(row) for row in check.sample} == {("id", "note")}
    con.execute("delete from raw.rows where id >= 10")
    con.execute("insert into raw.rows values (3, 'c', 's3')")
    (check,) = try_node(con, project, "m", variables={})
    assert check.passed
    assert rows(con) == ([1, 2, 3] if "view" in config else [1, 2])
    assert relations(con) == {"m", "child"}


@pytest.mark.parametrize(
    ("tests", "added", "n_failures"),
    [
        ("[not_null]", "(null, 'x', 's')", 1),
        ("[unique]", "(3, 'x', 's'), (3, 'y', 's')", 1),
        ("[{relationships: {arguments: {to: ref('known'), field: id}}}]", "(3, 'x', 's')", 1),
        ("[{not_null: {config: {where: \"note <> 'x'\"}}}]", "(null, 'x', 's')", 0),
        ("[{relationships: {to: ref('m'), field: id}}]", "(3, 'x', 's')", 0),
    ],
)
@pytest.mark.parametrize("config", ["materialized='table'", INCREMENTAL])
def test_generic_tests_judge_the_rows_about_to_be_placed(  # noqa: PLR0913, PLR0917 - parameters
    tmp_path: Path,
    con: duckdb.DuckDBPyConnection,
    config: str,
    tests: str,
    added: str,
    n_failures: int,
) -> None:
    known = "{{ config(materialized='table') }}select unnest([1, 2]) as id"
    sql = FROM_RAW + (
        "{% if is_incremental() %} where id > (select max(id) from {{ this }}) or id is null"
        "{% endif %}"
    )
    project = small(tmp_path, config, tests, sql, known=known)
    assert built(con, project)["m"].status == "built"
    con.execute(f"insert into raw.rows values {added}")
    result = built(con, project)["m"]
    assert [check.n_failures for check in result.checks] == [n_failures]
    assert result.status == ("failed" if n_failures else "built")


def test_a_delta_that_repeats_an_old_value_is_seen_by_unique(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    config = "materialized='incremental', incremental_strategy='append'"
    sql = FROM_RAW + "{% if is_incremental() %} where note = 'again'{% endif %}"
    project = small(tmp_path, config, "[unique]", sql)
    built(con, project)
    con.execute("insert into raw.rows values (2, 'again', 's')")
    result = built(con, project)["m"]
    assert (result.status, result.checks[0].sample) == ("failed", ({"id": 2, "n_records": 2},))
    assert rows(con) == [1, 2]


def test_a_broken_model_fails_and_its_siblings_are_built(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    project = small(
        tmp_path, "materialized='table'", "[]", "select nowhere", other="select 1 as id"
    )
    results = built(con, project)
    assert [results[name].status for name in ("m", "child", "other")] == [
        "failed",
        "skipped",
        "built",
    ]
    assert "nowhere" in str(results["m"].error)


def test_an_incremental_model_is_rebuilt_in_full_when_its_sql_changes(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    sql = DELTA.replace("id, note", "id, '{{ var('label', 'old') }}' as note")
    project = small(tmp_path, INCREMENTAL, "[]", sql)
    built(con, project)
    con.execute("delete from raw.rows where id = 1")
    con.execute("insert into raw.rows values (3, 'c', 's3')")
    built(con, project)
    assert rows(con) == [1, 2, 3]
    built(con, project, variables={"label": "new"})
    assert rows(con) == [2, 3]
    assert con.execute("select distinct note from main.m").fetchall() == [("new",)]


def test_an_incremental_model_is_rebuilt_in_full_when_what_it_rests_on_changes(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    small(tmp_path, "materialized='view'", "[]")
    (tmp_path / "seeds").mkdir()
    seed, top = tmp_path / "seeds" / "words.csv", tmp_path / "models" / "top.sql"
    seed.write_text("word\nold\n")
    top.write_text(
        "{{ config(materialized='incremental') }} select m.id, words.word "
        "from {{ ref('m') }} as m cross join {{ ref('words') }} as words "
        "{% if is_incremental() %} where false {% endif %}"
    )
    built(con, load_project(tmp_path))
    con.execute("insert into raw.rows values (3, 'c', 's3')")
    built(con, load_project(tmp_path))
    assert rows(con, "main.top") == [1, 2]
    seed.write_text("word\nnew\n")
    built(con, load_project(tmp_path))
    assert rows(con, "main.top") == [1, 2, 3]
    small(tmp_path, "materialized='view'", "[]", FROM_RAW + " where id > 1")
    built(con, load_project(tmp_path))
    assert rows(con, "main.top") == [2, 3]


def test_a_full_refresh_rebuilds_an_incremental_model(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    project = small(tmp_path, INCREMENTAL, "[]", DELTA)
    built(con, project)
    con.execute("delete from raw.rows where id = 1")
    built(con, project)
    assert rows(con) == [1, 2]
    built(con, project, full_refresh=True)
    assert rows(con) == [2]


def test_a_view_is_replaced_only_when_its_sql_changes(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    def view_id() -> int:
        query = "select view_oid from duckdb_views() where view_name = 'm'"
        (found,) = con.execute(query).fetchall()
        return int(found[0])

    project = small(tmp_path, "materialized='view'", "[unique]")
    built(con, project)
    first = view_id()
    con.execute("insert into raw.rows values (3, 'c', 's3')")
    assert built(con, project)["m"].checks[0].passed
    assert view_id() == first
    built(con, small(tmp_path, "materialized='view'", "[]", FROM_RAW + " where id > 1"))
    assert view_id() != first
    assert rows(con) == [2, 3]


def test_an_unchanged_view_shows_the_new_columns_of_its_parent(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    project = small(
        tmp_path, "materialized='view'", "[]", "select * from {{ source('raw', 'rows') }}"
    )
    built(con, project)
    con.execute("alter table raw.rows add column extra integer")
    assert {result.status for result in built(con, project).values()} == {"built"}
    assert con.execute("select count(extra) from main.m").fetchall() == [(0,)]


def test_a_model_may_change_its_materialization(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    for kind in ("view", "table", "incremental", "view"):
        result = built(con, small(tmp_path, f"materialized='{kind}'", "[unique]"))["m"]
        assert (result.status, result.n_rows) == ("built", 2)


def test_only_selected_nodes_are_built_and_an_unknown_name_is_refused(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    project = small(tmp_path, "materialized='table'", "[not_null]")
    assert set(built(con, project, select={"m"})) == {"m"}
    assert relations(con) == {"m"}
    with pytest.raises(ProjectError, match="nobody"):
        built(con, project, select=["nobody"])


def test_one_node_is_built_and_tests_can_be_left_out(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    project = small(tmp_path, "materialized='table'", "[not_null]")
    result = built(con, project, select=["m"])["m"]
    assert (result.kind, result.schema, result.status, result.n_rows) == (
        "model",
        "main",
        "built",
        2,
    )
    assert [check.name for check in result.checks] == ["id_is_not_null"]
    assert built(con, project, select=["m"], run_tests=False)["m"].checks == ()


def test_the_locked_down_writer_builds_the_sample(tmp_path: Path) -> None:
    project = load_project(scenario.SAMPLE)
    with writer(load_settings(home=tmp_path / "home")) as connection:
        scenario.create_source(connection)
        assert {result.status for result in build(connection, project)} == {"built"}
