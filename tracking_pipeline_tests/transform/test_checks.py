"""What a test of a delta reads, and what it shows of the rows that fail."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.transform.checks import Candidate, CheckResult, run_checks
from tracking_pipeline.transform.project import Project, load_project
from tracking_pipeline_tests.transform import scenario

MODEL = """
{{ config(materialized='incremental', unique_key=['id', 'day']) }}
select id, day, note from {{ source('raw', 'rows') }}
"""
IS_UNIQUE_BY = """
{% test is_unique_by(model, columns) %}
select {{ columns | join(', ') }} from {{ model }}
group by {{ columns | join(', ') }} having count(*) > 1
{% endtest %}
"""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a table whose old rows break every rule, and a delta of one good row."""
    with duckdb.connect() as connection:
        connection.execute("create table m (id bigint, day bigint, note varchar)")
        connection.execute("insert into m values (null, 1, 'z'), (9, 1, 'z'), (9, 1, 'z')")
        connection.execute("insert into m values (1, 2, 'a')")
        connection.execute("create table delta as from m where day = 2")
        connection.execute("create schema raw")
        connection.execute("create table raw.rows (id bigint, note varchar, secret varchar)")
        connection.execute("insert into raw.rows values (1, 'a', 's1'), (null, 'b', 's2')")
        yield connection


def project(folder: Path, tests: str, **files: str) -> Project:
    """Return a project of the model ``m`` with these tests of its column ``id``."""
    texts = {
        "models/m.sql": MODEL,
        "models/m.yml": "sources: [{name: raw, tables: [{name: rows, columns: ["
        "{name: secret, meta: {personal: true}}]}]}]\n"
        f"models: [{{name: m, {tests}}}]\n",
        "tests/generic/is_unique_by.sql": IS_UNIQUE_BY,
        **{f"tests/{name}.sql": text for name, text in files.items()},
    }
    return load_project(scenario.write_project(folder, texts))


def checked(
    con: duckdb.DuckDBPyConnection, given: Project, delta: str | None = None
) -> CheckResult:
    (check,) = run_checks(con, given, Candidate(given.models["m"], "m", delta), {})
    return check


def of_column(test: str) -> str:
    return f"columns: [{{name: id, data_tests: [{test}]}}]"


def of_rows(scope: str) -> str:
    arguments = "arguments: {columns: [id, day]}"
    return f"data_tests: [{{is_unique_by: {{{arguments}, config: {{meta: {{scope: {scope}}}}}}}}}]"


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(of_column("not_null"), id="not_null"),
        pytest.param(
            of_column("{accepted_values: {arguments: {values: [1]}}}"), id="accepted_values"
        ),
        pytest.param(
            of_column("{relationships: {arguments: {to: \"source('raw', 'rows')\", field: id}}}"),
            id="relationships",
        ),
        pytest.param(of_column("unique"), id="unique"),
        pytest.param(of_rows("affected_keys"), id="affected keys"),
    ],
)
def test_a_delta_is_tested_without_the_old_rows_that_it_does_not_touch(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, tests: str
) -> None:
    given = project(tmp_path, tests)
    assert not checked(con, given).passed
    assert checked(con, given, "delta").passed


def test_a_test_that_names_no_scope_reads_the_whole_table(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    assert not checked(con, project(tmp_path, of_rows("table")), "delta").passed


@pytest.mark.parametrize("tests", [of_column("unique"), of_rows("affected_keys")])
def test_a_delta_that_repeats_an_old_key_is_told(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, tests: str
) -> None:
    con.execute("insert into m values (1, 2, 'again')")
    con.execute("create or replace table delta as from m where note = 'again'")
    check = checked(con, project(tmp_path, tests), "delta")
    assert (check.n_failures, check.sample[0]["id"]) == (1, 1)


def test_samples_leave_out_the_personal_columns_of_a_source(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    rows = "select id, note, secret from {{ source('raw', 'rows') }} where id is null"
    check = checked(con, project(tmp_path, "columns: []", nothing_is_missing=rows))
    assert check.sample == ({"id": None, "note": "b"},)
