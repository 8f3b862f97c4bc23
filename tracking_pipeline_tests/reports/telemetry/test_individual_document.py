"""The seed's YAML of one engineer: its structure, and figures worked out by hand."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml as pyyaml

from tracking_pipeline.reports.telemetry import individual_tables as tables
from tracking_pipeline.reports.telemetry.individual import Individual, individual
from tracking_pipeline.reports.telemetry.individual_document import individual_document
from tracking_pipeline.reports.telemetry.own_exports import OwnExport
from tracking_pipeline.reports.telemetry.value import window
from tracking_pipeline.reports.writers.yaml import yaml
from tracking_pipeline_tests.reports.telemetry.own_scenario import (
    JOHN,
    OCTOBER,
    TEAM,
    Row,
    john,
    warehouse,
)

SHIPPED = Path(__file__).parents[3] / "tracking_pipeline" / "demo" / "telemetry" / "exports"
NOTHING: Row = dict.fromkeys(
    (
        *("tokens_saved", "minutes_saved", "hours_saved", "cost_saved_usd", "daily_average_usd"),
        *("monthly_projection_usd", "annual_projection_usd", "productivity_value_usd"),
        *("total_value_usd", "roi_multiplier", "recommendation", "memory_hit_rate"),
    )
)


def john_told(con: duckdb.DuckDBPyConnection | None = None) -> Individual:
    con = con or warehouse()
    told = individual(con, window(con, "month", OCTOBER.start, TEAM), JOHN, john())
    assert told is not None
    return told


def document(con: duckdb.DuckDBPyConnection | None = None) -> dict[str, Any]:
    told = john_told(con)
    at = datetime(2025, 11, 1, 9, 0, tzinfo=UTC)
    tree = individual_document(told, exported_at=at, zone="America/Toronto", data_version="v1")
    made: dict[str, Any] = pyyaml.safe_load(yaml(tree))
    return made


def shape(value: object) -> object:
    """Return the keys of a tree in their order, of lists those of the first element."""
    if isinstance(value, dict):
        return [(key, shape(held)) for key, held in value.items()]
    return [shape(value[0])] if isinstance(value, list) and value else None


@pytest.mark.parametrize("export", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_keys_are_those_of_a_real_export_in_their_order(export: Path) -> None:
    seed = pyyaml.safe_load(export.read_text("utf-8"))
    ours = document()
    assert list(ours) == [*seed, "tracking"]
    del ours["tracking"]
    assert shape(ours) == shape(seed)


@pytest.mark.parametrize(
    ("place", "figure"),
    [
        ("executive_summary/cost_savings_usd", 14.83),  # 494,373 / 1000 x 0.03
        ("executive_summary/time_saved_hours", 27.9),  # 1,675 / 60
        ("executive_summary/productivity_gain_percent", 137.1),  # (147 / 31 - 2) / 2
        ("executive_summary/commits_per_day", 4.74),  # 147 / 31
        ("executive_summary/quality_score", 92.6),  # 32.6 + 40 + 20
        ("executive_summary/roi_multiplier", 54.3),  # 2,806.50 / 51.67
        ("cost_savings/daily_average_savings_usd", 0.48),  # 14.83119 / 31
        ("cost_savings/monthly_projection_usd", 14.35),  # ... x 30
        ("cost_savings/annual_projection_usd", 174.63),  # ... x 365
        ("copilot_enhancement/memory_hit_rate", 0.891),  # 573 / 643
        ("copilot_enhancement/acceptance_rate", 0.848),  # 817 / 963
        ("performance/avg_success_rate", 0.928),  # 180 / 194, not the mean of five rates
        ("roi_analysis/cortex_cost_period_usd", 51.67),  # 31 / 30 x 50
        ("roi_analysis/total_value_delivered_usd", 2806.5),  # 14.83 + 2,791.67
    ],
)
def test_figures_of_31_dates_are_those_worked_out_by_hand(place: str, figure: float) -> None:
    section, key = place.split("/")
    assert document()[section][key] == figure


def test_words_are_the_seeds_and_trends_are_tested() -> None:
    made = document()
    assert made["engineer_profile"]["name"] == "John Smith"
    assert made["roi_analysis"]["recommendation"] == "Excellent ROI - Continue CORTEX investment"
    assert made["executive_talking_points"] == [
        "\U0001f4b0 Cost Savings: $14.83 saved in 31 days ($174.63/year projected)",
        "⏱️  Time Savings: 27.9 hours saved (0.9 hrs/day avg)",
        "\U0001f4c8 Productivity: 147 commits, 12 PRs merged",
        "✅ Quality: 81.5% test coverage, 25 bugs fixed",
        "\U0001f680 Copilot Enhancement: 89.1% memory hit rate, 84.8% suggestion acceptance",
        "\U0001f3c6 ROI: 54.3x return on investment",
    ]
    trends = {
        each["name"]: each["metrics"]["performance_trend"]
        for each in made["performance"]["capabilities"]
    }
    assert trends == {
        "code_review": "no_evidence",
        "conversation_memory": "stable",
        "doc_generation": "degrading",
        "pattern_matching": "improving",
        "test_generation": "insufficient_data",
    }
    assert made["productivity"]["velocity_trend"] == "no_evidence"


def test_a_latency_trend_says_on_how_many_days_it_rests() -> None:
    told = john_told()
    notes = {use.title: tables.rests_on(use.trend) for use in told.uses}
    assert notes["doc_generation"].endswith("n = 9 + 9 days")
    assert notes["test_generation"] == "n = 4 + 5 days"
    trend = document()["tracking"]["latency_trends"][0]
    assert (trend["n"], trend["first_days"], trend["second_days"]) == (29, 14, 15)


def test_the_document_says_what_it_rests_on() -> None:
    ours = document()["tracking"]
    assert ours["window"] == {
        "kind": "month",
        "first_date": "2025-10-01",
        "last_date": "2025-10-31",
        "days": 31,
        "time_zone": "America/Toronto",
    }
    assert (ours["dates_covered"], ours["provenance"]) == (23, "measured")
    assert ours["assumptions"]["engineer_hourly_rate_usd"]["value"] == 100
    assert "api_call_price_usd" not in ours["assumptions"]
    assert ours["as_exported"][0]["cost_saved_usd"] == 847.5
    assert [each["figure"] for each in ours["mismatches"]] == ["cost_saved_usd"]
    assert "n: 73" in yaml(ours).decode()


def test_days_begin_in_the_reporting_zone() -> None:
    made = document()["report_metadata"]
    assert made["collection_start"] == "2025-10-01T00:00:00-04:00"
    assert made["export_date"] == "2025-11-01T05:00:00-04:00"


def test_what_is_not_known_is_null_and_not_talked_of() -> None:
    made = document(warehouse(value=NOTHING))
    assert made["executive_summary"]["cost_savings_usd"] is None
    assert made["executive_summary"]["roi_multiplier"] is None
    assert made["roi_analysis"]["recommendation"] is None
    assert [point.split(":")[0][-12:] for point in made["executive_talking_points"]] == [
        "Productivity",
        "✅ Quality",
    ]
    assert "no data" not in yaml(made).decode()


def test_an_engineer_without_data_in_the_window_has_no_document() -> None:
    con = warehouse()
    assert individual(con, window(con, "month", OCTOBER.start, TEAM), "0" * 32, None) is None


@pytest.mark.parametrize(
    ("n_exports", "rest"), [(3, ""), (5, "; the newest 3 of 5")], ids=["all", "the newest"]
)
def test_exports_that_are_left_out_are_counted(n_exports: int, rest: str) -> None:
    nothing = dict.fromkeys((field.name for field in fields(OwnExport)), None)
    day = datetime(2025, 11, 12)  # noqa: DTZ001 - as the tables keep it
    told = {**nothing, "exported_at": day, "first_date": day.date(), "last_date": day.date()}
    table = tables.exported((OwnExport(**told),) * n_exports)  # type: ignore[arg-type]
    assert table.caption == f"As each export states it, by when it was exported{rest}"
