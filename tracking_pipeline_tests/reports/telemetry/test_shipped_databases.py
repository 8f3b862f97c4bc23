"""John's own database, from the file to his YAML, over the 31 dates that his export holds.

By hand from its rows (13 October to 12 November 2025): 494,373 tokens, 1,675 minutes, 147 commits.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tracking_pipeline.analysis.value import values
from tracking_pipeline.pipeline.building import sql_project
from tracking_pipeline.reports.telemetry.individual import individual, team_of
from tracking_pipeline.reports.telemetry.individual_document import individual_document
from tracking_pipeline.reports.telemetry.value import window_of
from tracking_pipeline.settings import load_settings
from tracking_pipeline.state.people import people
from tracking_pipeline.state.store import open_store
from tracking_pipeline_tests.empty_warehouse import opened
from tracking_pipeline_tests.sql_models.telemetry_home import SHIPPED, build_value, land

EMAIL = "john.smith@company.example"
FIRST, LAST = date(2025, 10, 13), date(2025, 11, 12)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = load_settings(home=tmp_path_factory.mktemp("home"))
    project = sql_project()
    with opened(home) as con, open_store(home) as store:
        files = [SHIPPED / part / f"john-{name}" for part, name in _FILES]
        land(home, con, files)
        build_value(con, project, as_of="2025-11-13")
        who = next(each for each in people(store).values() if each.email == EMAIL)
        team = team_of(con, who.pseudonym)
        window = window_of(values(con, project, FIRST, LAST), team)
        told = individual(con, window, who.pseudonym, who)
        assert told is not None
        at = datetime(2025, 11, 13, tzinfo=UTC)
        return individual_document(told, exported_at=at, zone="UTC", data_version="")


_FILES = (
    ("databases", "performance_telemetry.db"),
    ("exports", "business-value-report.yaml"),
)


@pytest.mark.parametrize(
    ("place", "figure"),
    [
        ("engineer_profile/name", "John Smith"),
        ("report_metadata/collection_period_days", 31),
        ("cost_savings/total_tokens_saved", 494_373),
        ("cost_savings/total_cost_saved_usd", 14.83),
        ("cost_savings/annual_projection_usd", 174.63),  # the export divides by 30: 180.45
        ("productivity/total_commits", 147),
        ("productivity/commits_per_day", 4.74),  # 147 / 31; the export: 147 / 30
        ("productivity/velocity_trend", "no_evidence"),  # the export: always stable
        ("copilot_enhancement/memory_hit_rate", 0.891),
        ("roi_analysis/roi_multiplier", 54.3),  # the export: 56.1, over 30 days
        ("executive_summary/quality_score", 92.6),
        ("tracking/dates_covered", 24),
        ("tracking/mismatches", []),
    ],
)
def test_the_figures_are_those_of_the_file(
    document: dict[str, Any], place: str, figure: object
) -> None:
    section, key = place.split("/")
    assert document[section][key] == figure


def test_the_export_stands_beside_as_it_was_exported(document: dict[str, Any]) -> None:
    (export,) = document["tracking"]["as_exported"]
    assert (export["period_days"], export["dates_covered"]) == (30, 31)
    assert (export["roi_multiplier"], export["annual_projection_usd"]) == (56.1, 180.45)


def test_no_capability_is_degrading_in_chronological_order(document: dict[str, Any]) -> None:
    words = {each["word"] for each in document["tracking"]["latency_trends"]}
    assert words == {"no_evidence"}  # the export: degrading, of every one
