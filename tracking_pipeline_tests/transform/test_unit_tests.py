from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.checks import CheckResult
from tracking_pipeline.transform.project import load_project
from tracking_pipeline.transform.unit_tests import run_unit_tests
from tracking_pipeline_tests.transform import scenario

MODEL = "select id, sum(amount) as total from {{ ref('parent') }} group by id"


def outcome(tmp_path: Path, given: str, expect: str) -> CheckResult:
    files = {
        "models/parent.sql": "select 1 as id, 1.5::double as amount",
        "models/a.sql": MODEL,
        "models/m.yml": f"unit_tests: [{{name: t, model: a, given: {given}, expect: {expect}}}]",
    }
    project = load_project(scenario.write_project(tmp_path, files))
    con = duckdb.connect()
    list(build(con, project, select=["parent"]))
    (result,) = run_unit_tests(con, project)
    assert con.execute("select count(*) from duckdb_tables()").fetchone() == (1,)
    return result


GIVEN = "[{input: ref('parent'), rows: [{id: 1, amount: 2}, {id: 1, amount: 3}, {id: 2}]}]"


def test_expected_rows_pass_and_left_out_columns_are_null_of_their_type(tmp_path: Path) -> None:
    assert outcome(tmp_path, GIVEN, "{rows: [{id: 2, total: null}, {id: 1, total: 5}]}").passed


def test_differing_rows_are_shown(tmp_path: Path) -> None:
    result = outcome(tmp_path, GIVEN, "{rows: [{id: 1, total: 6}, {id: 2}]}")
    assert not result.passed
    assert result.n_failures == 2
    shown = {(row["difference"], row["id"], row["total"]) for row in result.sample}
    assert shown == {("unexpected", 1, 5.0), ("missing", 1, 6.0)}


def test_no_rows_may_be_expected(tmp_path: Path) -> None:
    assert outcome(tmp_path, "[{input: ref('parent'), rows: []}]", "{rows: []}").passed


@pytest.mark.parametrize(
    ("given", "expect", "reason"),
    [
        ("[]", "{rows: []}", "gives no rows for parent"),
        (GIVEN, "{rows: [{other: 1}]}", "a column other"),
        (GIVEN[:-1] + ", {input: ref('x'), rows: []}]", "{rows: []}", "which does not exist"),
    ],
)
def test_a_wrong_unit_test_is_refused(tmp_path: Path, given: str, expect: str, reason: str) -> None:
    with pytest.raises(ProjectError, match=reason):
        outcome(tmp_path, given, expect)


def test_the_unit_tests_of_the_sample_pass_with_and_without_its_tables() -> None:
    project = load_project(scenario.SAMPLE)
    con = duckdb.connect()
    scenario.create_source(con)
    list(build(con, project))
    assert [result.passed for result in run_unit_tests(con, project)] == [True, True, True]
    (one,) = run_unit_tests(duckdb.connect(), project, ["totals_add_the_tax"])
    assert one.name == "totals_add_the_tax"
