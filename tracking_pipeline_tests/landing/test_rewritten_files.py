"""A file written anew under its name: nothing is lost or counted twice, and tables are built."""

from datetime import timedelta
from pathlib import Path

import pytest

from tracking_pipeline.pipeline import building, validating
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline_tests.collectors.scenario import Clock, recorder
from tracking_pipeline_tests.landing.scenario import home, load_due, quiet, rows
from tracking_pipeline_tests.sql_models.selection import with_ancestors

EXECUTION = {"capability_name": "code_review", "duration_ms": 820.5, "success": True}
FINDINGS = "select finding, n_records from staging.stg_ledger__findings"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def run(settings: Settings, *names: str) -> None:
    """Validate the books, then build and test these models and what they rest on, else all."""
    assert all(each.passed for each in validating.validate(settings, "findings"))
    select = with_ancestors(building.sql_project(), set(names))
    building.build(settings, select, progress=quiet)


def test_two_exports_of_one_day_under_one_name_count_each_record_once(
    settings: Settings, tmp_path: Path
) -> None:
    folder, clock = settings.landing_dir / "telemetry", Clock()
    made = recorder(tmp_path, clock)
    made.execute(EXECUTION)
    made.record_productivity_metrics(commits_count=5)
    first = made.export_performance_report(folder=folder)
    load_due(settings, read)
    clock.pass_by(timedelta(hours=1))
    made.execute(EXECUTION)
    made.record_productivity_metrics(commits_count=2)
    assert made.export_performance_report(folder=folder) == first
    load_due(settings, read)
    assert rows(
        settings, "select n_accepted, n_duplicate, n_quarantined from landing.manifest"
    ) == [
        (3, 0, 0),
        (2, 2, 0),
    ]
    assert rows(settings, "select count(*) from landing.capability_execution") == [(2,)]
    run(settings, "productivity_metrics", "stg_ledger__findings")
    assert rows(settings, "select commits_count from marts.productivity_metrics") == [(7,)]
    assert rows(settings, FINDINGS) == []


@pytest.mark.parametrize("counted", ["n_records", "null"], ids=["as_noted", "as_noted_of_old"])
def test_lines_replaced_by_others_are_a_finding_that_stops_no_build(
    settings: Settings, counted: str
) -> None:
    file = settings.landing_dir / "telemetry" / "ada.jsonl"
    file.parent.mkdir()
    reading = '{"name": "n", "value": 1, "timestamp": "2025-10-06T08:00:0%dZ"}\n'
    for second in range(2):
        file.write_text(reading % second)
        load_due(settings, read)
    rows(settings, f"update landing.findings set n_records = {counted}")
    run(settings)
    assert rows(settings, FINDINGS) == [("file_rewritten", 0)]
