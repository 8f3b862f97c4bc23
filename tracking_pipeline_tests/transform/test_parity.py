from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import load_project
from tracking_pipeline_tests.transform import scenario
from tracking_pipeline_tests.transform.parity import assert_equal_relations, is_close


def test_dbt_builds_the_sample_to_the_same_rows_first_and_incrementally(tmp_path: Path) -> None:
    project = load_project(scenario.SAMPLE)
    relations = [
        f"{node.schema}.{node.name}"
        for node in project.nodes.values()
        if node.materialized != "ephemeral"
    ]
    ours, theirs = tmp_path / "ours.duckdb", tmp_path / "theirs.duckdb"
    for database in (ours, theirs):
        with duckdb.connect(str(database)) as con:
            scenario.create_source(con)
    _build_both(ours, theirs, tmp_path, "--exclude-resource-type", "unit_test")
    assert len(relations) == 10
    assert_equal_relations(ours, theirs, relations)
    for database in (ours, theirs):
        with duckdb.connect(str(database)) as con:
            scenario.insert(con, scenario.LATER_EVENTS)
    _build_both(ours, theirs, tmp_path)
    assert_equal_relations(ours, theirs, relations)


def _build_both(ours: Path, theirs: Path, tmp_path: Path, *options: str) -> None:
    with duckdb.connect(str(ours)) as con:
        results = list(build(con, load_project(scenario.SAMPLE)))
    assert {result.status for result in results} <= {"built", "unchanged"}
    scenario.dbt("build", scenario.SAMPLE, theirs, tmp_path / "dbt", *options)


@pytest.mark.parametrize(
    ("value", "other"), [(1.0, 1.0 + 1e-8), (1, 1.0), ("a", "b"), ([1.0, None], [1.0, 2.0])]
)
def test_parity_sees_a_difference(value: object, other: object) -> None:
    assert not is_close(value, other)
