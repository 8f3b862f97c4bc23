"""Figures of a window equal the originals' stored reports, where the definition is kept."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import compile_analysis

EXPECTED = Path(__file__).parents[1] / "inputs" / "engine_logs" / "expected"
# The original's windows, from America/Toronto (UTC-4 in summer) to UTC.
ONE_WEEK = ("2025-06-29 13:00:00", "2025-07-06 13:00:00")
SEVEN_LOGS = ("2025-07-25 21:48:51", "2025-08-01 21:48:52")
MESSAGES = ("log_type", "campaign_generation")
ENRICHMENTS = ("log_type", "enrichment_decision")

REPORT_OF = {
    "one_week": "A_week0_detailed.json",
    "seven_logs": "weekly_ai_analysis_20250801_174851.json",
}

Figures = dict[tuple[str, str, str], float | None]


def report(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((EXPECTED / name).read_text("utf-8"))
    return content


def figures(con: duckdb.DuckDBPyConnection, project: Project, window: tuple[str, str]) -> Figures:
    variables = {
        "system": "production_logs",
        "window_start": window[0],
        "window_end": window[1],
        "zone": "America/Toronto",
    }
    rows = con.execute(compile_analysis(project, "figures", variables)).fetchall()
    return {(row[2], row[3], row[4]): row[6] for row in rows}


@pytest.fixture(scope="module")
def one_week(built: duckdb.DuckDBPyConnection, sql_project: Project) -> Figures:
    return figures(built, sql_project, ONE_WEEK)


@pytest.fixture(scope="module")
def seven_logs(built: duckdb.DuckDBPyConnection, sql_project: Project) -> Figures:
    return figures(built, sql_project, SEVEN_LOGS)


@pytest.mark.parametrize(
    ("entity", "metric", "path"),
    [
        (MESSAGES, "total_messages", ("ai_message_generation", "total_messages")),
        (MESSAGES, "approval_rate", ("ai_message_generation", "success_rates", "approval_rate")),
        *(
            (MESSAGES, ours, ("ai_message_generation", "quality_trends", theirs))
            for ours, theirs in (
                ("average_quality_score", "average_quality"),
                ("median_quality_score", "median_quality"),
                ("quality_score_sd", "quality_std"),
                ("high_quality_share", "high_quality_rate"),
            )
        ),
        *(
            (MESSAGES, metric, ("ai_message_generation", "performance_metrics", metric))
            for metric in ("average_processing_time", "max_processing_time")
        ),
        (ENRICHMENTS, "total_enrichments", ("lead_enrichment", "total_enrichments")),
        (
            ENRICHMENTS,
            "success_rate",
            ("lead_enrichment", "success_rates", "enrichment_success_rate"),
        ),
        *(
            (ENRICHMENTS, ours, ("lead_enrichment", "timing_analysis", theirs))
            for ours, theirs in (
                ("average_processing_time", "average_duration"),
                ("median_processing_time", "median_duration"),
                ("max_processing_time", "max_duration"),
                ("slow_share", "slow_enrichment_rate"),
            )
        ),
        *(
            (ENRICHMENTS, metric, ("lead_enrichment", "performance_metrics", metric))
            for metric in ("total_methods_tried", "average_methods_per_enrichment")
        ),
    ],
)
def test_one_week_equals_the_original_report(
    one_week: Figures, entity: tuple[str, str], metric: str, path: tuple[str, ...]
) -> None:
    expected: Any = report("B_week0_detailed.json")["performance_metrics"]
    for key in path:
        expected = expected[key]
    assert one_week[(*entity, metric)] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("entity_type", "section", "distribution"),
    [
        ("template", "ai_message_generation", "template_usage"),
        ("tone", "ai_message_generation", "tone_distribution"),
        ("personalization_level", "ai_message_generation", "personalization_analysis"),
        ("email_quality", "enrichment_decisions", "quality_distribution"),
    ],
)
@pytest.mark.parametrize("window", list(REPORT_OF))
def test_usage_equals_the_original_report(
    request: pytest.FixtureRequest, window: str, entity_type: str, section: str, distribution: str
) -> None:
    values: Figures = request.getfixturevalue(window)
    counts = ("total_messages", "total_enrichments")
    ours = {
        entity_id: value
        for (kind, entity_id, metric), value in values.items()
        if kind == entity_type and metric in counts
    }
    assert ours == report(REPORT_OF[window])[section][distribution]


@pytest.mark.parametrize("window", list(REPORT_OF))
def test_method_effectiveness_equals_the_original_report(
    request: pytest.FixtureRequest, window: str
) -> None:
    values: Figures = request.getfixturevalue(window)
    ours: dict[str, float] = {}
    for (entity_type, method, metric), successes in values.items():
        if (entity_type, metric) == ("method", "total_successes"):
            attempts = values["method", method, "total_attempts"]
            assert successes is not None
            assert attempts is not None
            ours[f"{method}_success"] = successes
            ours[f"{method}_failure"] = attempts - successes
    expected = report(REPORT_OF[window])["enrichment_decisions"]["method_effectiveness"]
    assert {key: count for key, count in ours.items() if count} == expected


def test_the_seven_real_logs_equal_the_original_report(seven_logs: Figures) -> None:
    expected = report("weekly_ai_analysis_20250801_174851.json")
    enrichments = expected["enrichment_decisions"]
    figure = {key[2]: value for key, value in seven_logs.items() if key[:2] == ENRICHMENTS}
    assert seven_logs[(*MESSAGES, "total_messages")] == 3
    assert seven_logs[(*MESSAGES, "approval_rate")] == pytest.approx(1 / 3, rel=1e-9)
    assert figure["total_enrichments"] == enrichments["total_enrichments"]
    assert figure["success_rate"] == 0
    timing = enrichments["timing_analysis"]
    assert figure["average_processing_time"] == pytest.approx(timing["average_duration"], rel=1e-9)
    assert figure["max_processing_time"] == pytest.approx(timing["max_duration"], rel=1e-9)


def test_a_known_entity_without_records_has_no_data(one_week: Figures) -> None:
    assert one_week["log_type", "email_delivery", "delivery_rate"] is None
    assert one_week["log_type", "brain_trace", "total_traces"] is None
