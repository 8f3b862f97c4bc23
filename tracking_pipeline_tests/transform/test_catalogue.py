"""A mistyped row of a seed is refused with its line, its value and what is allowed."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import Project, load_project
from tracking_pipeline.transform.render import render

SQL_PROJECT = Path(__file__).parents[2] / "dbt_like_sql"


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(SQL_PROJECT)


def seeds_of(folder: Path) -> dict[str, str]:
    """Return why each seed of the project was refused; none when all stand."""
    changed = load_project(folder)
    seeds = [name for name, node in changed.nodes.items() if node.kind == "seed"]
    with duckdb.connect() as con:
        create_tables(con)
        results = list(build(con, changed, select=seeds))
    return {each.name: str(each.error) for each in results if each.status == "failed"}


@pytest.mark.parametrize(
    ("seed", "old", "new", "allowed"),
    [
        ("metrics", "weighted_mean,is_approved,rate", "weighted_mean,is_aproved,rate", "is_trace"),
        ("metrics", "is_approved,rate,", "is_approved,avg,", "count, sum, mean, rate"),
        ("metrics", "fraction,higher,", "fraction,hihger,", "higher, lower, neutral"),
        ("metrics", ",prospects_per_day,mean,0", ",prospects,mean,0", "measure = metric"),
        ("thresholds", "campaign_generation,approval_rate,4", "campaign,approval_rate,4", ""),
        ("thresholds", "engine,,performance_score,c", "engine,*,performance_score,c", ""),
        ("thresholds", "probe,,uptime_rate,c", "probe,,uptime,c", ""),
        ("thresholds", "4,at_least,0.7", "4,atleast,0.7", "at_least"),
        ("recommendation_rules", "generation,approval_rate,", "generation,aproval_rate,", ""),
        ("engine_rules", "engine_score,", "engine_scores,", "engine_score"),
        ("assumptions", ",time_efficiency,", ",efficiency,", "time_efficiency"),
    ],
)
def test_a_mistyped_seed_is_refused_with_its_line_and_what_is_allowed(
    tmp_path: Path, seed: str, old: str, new: str, allowed: str
) -> None:
    folder = shutil.copytree(SQL_PROJECT, tmp_path / "project")
    file = folder / "seeds" / f"{seed}.csv"
    before, found, after = file.read_text().partition(old)
    assert found
    file.write_text(before + new + after)
    refused = seeds_of(folder)[seed]
    (mistyped,) = set(new.split(",")) - set(old.split(","))
    assert repr(mistyped) in refused
    assert allowed in refused
    line = before.count("\n") + 1
    assert f"`sed -n '{line}p;' {file}` shows the rows" in refused


def test_the_measures_of_the_catalogue_are_those_that_the_models_take(project: Project) -> None:
    models = [node for node in project.nodes.values() if node.name.endswith("_measures")]
    taken = {
        measure
        for node in models
        for measure in re.findall(
            r"'(\w+)' as measure", render(project, node, variables={}, incremental=False)
        )
    }
    (test,) = (
        each for each in project.tests_of["metrics"] if each.name == "measures_are_taken_by_a_model"
    )
    assert set(test.arguments["values"]) <= taken
