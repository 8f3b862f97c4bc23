"""A mistyped row of a seed is refused with its line, its value and what is allowed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tracking_pipeline.pipeline import building
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import render
from tracking_pipeline_tests import empty_warehouse


@pytest.fixture
def project() -> Project:
    return building.sql_project()


def refused(seed: str, file: Path) -> str:
    """Return why the seed is refused when it is read from this file."""
    project, warehouse = building.sql_project(), file.with_name("warehouse.duckdb")
    nodes = {**project.nodes, seed: replace(project.nodes[seed], path=file)}
    seeds = [name for name, node in nodes.items() if node.kind == "seed"]
    empty_warehouse.put(warehouse)
    with duckdb.connect(warehouse) as con:
        results = list(build(con, replace(project, nodes=nodes), select=seeds))
    return {each.name: str(each.error) for each in results if each.status == "failed"}[seed]


@pytest.mark.parametrize(
    ("seed", "old", "new", "allowed"),
    [
        ("metrics", "weighted_mean,is_approved,rate", "weighted_mean,is_aproved,rate", "is_trace"),
        ("metrics", "is_approved,rate,", "is_approved,avg,", "count, sum, mean, rate"),
        ("metrics", "fraction,higher,", "fraction,hihger,", "higher, lower, neutral"),
        ("metrics", ",prospects_per_day,mean,0", ",prospects,mean,0", "measure = metric"),
        (
            "metrics",
            "log_type,campaign_generation,",
            "log_type,campaign_generaton,",
            "n campaign_g",
        ),
        ("metrics", "engine,A,", "engine,O,", "Choose one of: A, B, C, D"),
        ("metrics", "rate,fraction,", "rate,fracton,", "Did you mean fraction"),
        ("systems", "America/Toronto", "America/Torotno", "Did you mean America/Toronto"),
        ("systems", ",engine_logs,", ",engine_log,", "Did you mean engine_logs"),
        ("systems", "uptime,Uptime,uptime,", "uptime,Uptime,uptimes,", "Did you mean uptime"),
        ("benchmarks", "engines,domain", "engine,domain", "Did you mean engines"),
        ("benchmarks", "engine,D,80", "engine,O,80", "Choose one of: D)"),
        (
            "thresholds",
            "ai_message_generation,",
            "ai_mesage_generation,",
            "n ai_message_generation",
        ),
        ("thresholds", "overall,health,overall,", "overall,health,overal,", "Did you mean overall"),
        (
            "thresholds",
            "campaign_generation,approval_rate,4",
            "campaign,approval_rate,4",
            "campaign_",
        ),
        ("thresholds", "log_type,campaign_g", "log_typ,campaign_g", "Did you mean log_type"),
        ("thresholds", "engine,,performance_score,c", "engine,*,performance_score,c", "of: A, B"),
        ("thresholds", "probe,,uptime_rate,c", "probe,,uptime,c", "Did you mean uptime_rate"),
        ("thresholds", "4,at_least,0.7", "4,atleast,0.7", "Did you mean at_least"),
        ("recommendation_rules", "generation,approval_rate,", "generation,aproval_rate,", "approv"),
        ("recommendation_rules", "MEDIUM,0.4", "MEDUM,0.4", "Choose one of: HIGH, LOW, MEDIUM"),
        ("recommendation_rules", ",enrichment,", ",enrichmnt,", "Did you mean enrichment"),
        ("engine_rules", "engine_score,", "engine_scores,", "engine_score"),
        ("engine_rules", ",fraction,", ",fracton,", "Did you mean fraction"),
        ("engines", "C,The", "X,The", "C, D, E"),
        ("assumptions", ",time_efficiency,", ",efficiency,", "time_efficiency"),
        ("assumptions", ",usd,", ",usdd,", "Did you mean usd"),
    ],
)
def test_a_mistyped_seed_is_refused_with_its_line_and_what_is_allowed(
    tmp_path: Path, seed: str, old: str, new: str, allowed: str
) -> None:
    file = tmp_path / f"{seed}.csv"
    before, found, after = building.sql_project().nodes[seed].path.read_text().partition(old)
    assert found
    file.write_text(before + new + after)
    told = refused(seed, file)
    (mistyped,) = set(new.split(",")) - set(old.split(","))
    assert repr(mistyped) in told
    assert allowed in told
    line = before.count("\n") + 1
    assert f"Correct line {line} of {file}; `sed -n '{line}p;' {file}` shows the rows" in told


def test_the_measures_of_the_catalogue_are_those_that_the_models_take(project: Project) -> None:
    models = [node for node in project.nodes.values() if node.name.endswith("_measures")]
    taken = {
        measure
        for node in models
        for measure in re.findall(
            r"'(\w+)' as measure", render(project, node, variables={}, incremental=False)
        )
    }
    assert set(arguments(project, "measures_are_taken_by_a_model")["values"]) <= taken


def arguments(project: Project, name: str) -> Mapping[str, Any]:
    """What a test of the metrics is told."""
    (test,) = (each for each in project.tests_of["metrics"] if each.name == name)
    return test.arguments


def test_the_kinds_of_records_that_metrics_may_name_are_those_that_are_read(
    project: Project,
) -> None:
    named = arguments(project, "entities_of_metrics_are_kinds_of_records_or_engines")["log_types"]
    assert named == list(SOURCES["engine_logs"].by_name)


def test_the_sources_that_systems_may_name_are_those_that_are_read(project: Project) -> None:
    (allowed,) = (
        test.arguments["values"]
        for test in project.tests_of["systems"]
        if (test.macro, test.column) == ("test_accepted_values", "source")
    )
    assert set(allowed) == SOURCES.keys()
