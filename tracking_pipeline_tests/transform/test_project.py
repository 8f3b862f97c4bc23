from pathlib import Path

import pytest

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.project import load_project
from tracking_pipeline_tests.transform import scenario


def test_nodes_know_what_their_files_say() -> None:
    project = load_project(scenario.SAMPLE)
    model = project.models["stg_events"]
    assert (model.schema, model.materialized, model.description) == (
        "staging",
        "view",
        "One row an event.",
    )
    assert model.config["tags"] == ["staging"]
    assert model.meta == {"owner": "analytics", "grain": "event"}
    assert model.columns["person"].meta == {"personal": True}
    assert model.columns["event_id"].description == "the event"
    assert model.columns["event_id"].data_type == "bigint"
    assert model.sources == (("landing", "events"),)
    assert model.path == scenario.SAMPLE / "models/staging/stg_events.sql"
    assert project.models["event_log"].config["tags"] == ["marts", "log"]
    assert project.models["daily"].unique_key == ("region_id", "event_date")
    assert project.seeds["regions"].schema == "seeds"
    assert project.variables == {"minimum_amount": 0, "digits": 6}
    assert set(project.analyses) == {"amount_between"}
    assert project.sources[("landing", "events")].description == "one row an event"


def test_models_stand_after_what_they_depend_on() -> None:
    project = load_project(scenario.SAMPLE)
    order = list(project.nodes)
    for node in project.models.values():
        assert all(order.index(parent) < order.index(node.name) for parent in node.depends_on)
    assert set(project.models["region_summary"].depends_on) == {
        "stg_events",
        "int_totals",
        "int_doubled",
        "regions",
    }


def test_a_test_of_two_models_runs_after_the_later_one() -> None:
    project = load_project(scenario.SAMPLE)
    later = max("daily", "region_summary", key=list(project.nodes).index)
    assert "totals_agree" in {test.name for test in project.tests_of[later]}
    assert project.models["region_summary"].tested_with == ("daily",)


@pytest.mark.parametrize(
    ("files", "culprit", "reason"),
    [
        ({"models/a.sql": "select * from {{ ref('b') }}"}, "a.sql", "'b', which is no model"),
        (
            {"models/a.sql": "select * from {{ ref('other', 'a') }}"},
            "a.sql",
            "names a package that is not here",
        ),
        (
            {"models/a.sql": "from {{ ref('b') }}", "models/b.sql": "from {{ ref('a') }}"},
            ".sql",
            "depend on each other",
        ),
        ({"models/a.sql": "select 1", "models/x/a.sql": "select 2"}, "a.sql", "its name is that"),
        ({"models/a.sql": "select 1", "seeds/a.csv": "x\n1\n"}, "a.sql", "its name is that"),
        ({"models/a.sql": "from {{ source('s', 't') }}"}, "a.sql", "no YAML declares"),
        ({"models/a.sql": "select {{ nowhere() }}"}, "a.sql", "'nowhere' is undefined"),
        ({"models/a.sql": "select {{ 1"}, "a.sql", "its Jinja fails"),
        ({"models/a.sql": "{{ config(materialized='cube') }}select 1"}, "a.sql", "is 'cube'"),
        ({"models/a.sql": "{{ env_var('NOT_SET_ANYWHERE') }}"}, "a.sql", "NOT_SET_ANYWHERE"),
        (
            {"models/a.sql": "{{ exceptions.raise_compiler_error('too old') }}"},
            "a.sql",
            "too old",
        ),
        (
            {
                "models/a.sql": "select 1 as x",
                "models/m.yml": "models: [{name: a, data_tests: [odd]}]",
            },
            "m.yml",
            "'odd', which no macro defines",
        ),
        ({"models/m.yml": "models: [{name: a}]"}, "m.yml", "has no file"),
        (
            {"models/a.sql": "select 1", "models/m.yml": "models: [{name: a}, {name: a}]"},
            "m.yml",
            "described twice",
        ),
        ({"models/m.yml": "models: [{"}, "m.yml", "is not YAML"),
        (
            {"models/m.yml": "unit_tests: [{name: t, model: a, expect: {rows: []}}]"},
            "m.yml",
            "'a', which is no model",
        ),
        (
            {
                "models/a.sql": "select 1 as x",
                "models/m.yml": "models: [{name: a, columns: [{name: x, "
                "tests: [unique, unique]}]}]",
            },
            "m.yml",
            "two tests of a are named x_is_unique",
        ),
        ({"tests/t.sql": "select 1"}, "t.sql", "reads nothing"),
        ({"dbt_project.yml": "version: 1"}, "dbt_project.yml", "has no name"),
    ],
)
def test_a_wrong_project_is_refused_with_file_reason_and_fix(
    tmp_path: Path, files: dict[str, str], culprit: str, reason: str
) -> None:
    with pytest.raises(ProjectError) as caught:
        load_project(scenario.write_project(tmp_path, files))
    assert caught.value.culprit.endswith(culprit)
    assert reason in caught.value.reason
    assert caught.value.fix


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="does not exist"):
        load_project(tmp_path)
