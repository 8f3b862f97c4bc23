"""The example databases give what the original computed, but for stated reasons."""

import json
from collections.abc import Callable, Iterator
from statistics import fmean
from typing import Any

import duckdb
import pytest

from tracking_pipeline.settings import load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import opened
from tracking_pipeline_tests.sql_models.telemetry_home import SHIPPED, build_value, land
from tracking_pipeline_tests.sql_models.telemetry_original import Original, Row, original_of

DATES_PER_DAY = 31 / 30
"""The original's 30 days hold 31 dates, and are divided by 30."""


@pytest.fixture(scope="module")
def con(
    sql_project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse of the shipped databases."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"))
    with opened(settings) as connection:
        land(settings, connection, [SHIPPED / "databases"])
        build_value(connection, sql_project, as_of="2025-11-13")
        yield connection


@pytest.fixture(scope="module", params=["john", "emily"])
def original(
    request: pytest.FixtureRequest, con: duckdb.DuckDBPyConnection, sql_project: Project
) -> Original:
    return original_of(con, sql_project, request.param)


def stated(original: Original, path: str) -> Any:  # noqa: ANN401 - whatever the report holds
    section, key = path.split(".")
    return original.stated[section][key]


SUMS = {
    "cost_savings.total_tokens_saved": "tokens_saved",
    "cost_savings.total_api_calls_avoided": "api_calls_avoided",
    "productivity.total_commits": "commits",
    "productivity.total_prs_created": "prs_created",
    "productivity.total_prs_merged": "prs_merged",
    "productivity.total_lines_added": "lines_added",
    "productivity.total_lines_deleted": "lines_deleted",
    "productivity.total_bugs_fixed": "bugs_fixed",
    "productivity.total_code_reviews": "code_reviews",
    "copilot_enhancement.memory_hits": "memory_hits",
    "copilot_enhancement.memory_misses": "memory_misses",
    "copilot_enhancement.context_injections": "context_injections",
    "copilot_enhancement.suggestions_accepted": "suggestions_accepted",
    "copilot_enhancement.suggestions_rejected": "suggestions_rejected",
}


@pytest.mark.parametrize(("path", "column"), SUMS.items())
def test_sums_of_the_daily_tables_over_the_31_dates_are_the_originals(
    original: Original, path: str, column: str
) -> None:
    assert original.value[column] == stated(original, path)


def test_the_memory_hit_rate_that_the_original_did_not_round_is_ours(original: Original) -> None:
    hit_rate = original.stated["executive_summary"]["copilot_enhancement"]
    assert original.value["memory_hit_rate"] == pytest.approx(hit_rate, rel=1e-12)


def rounded(column: str, digits: int) -> Callable[[Original], float]:
    return lambda original: round(original.value[column], digits)


def by_30(column: str, digits: int) -> Callable[[Original], float]:
    return lambda original: round(original.value[column] * DATES_PER_DAY, digits)


def gain_by_30(original: Original) -> float:
    return round((original.value["productivity_gain_percent"] + 100) * DATES_PER_DAY - 100, 1)


def mean_of_daily_means(original: Original) -> int:
    return int(sum(original.daily_context_tokens) / len(original.daily_context_tokens))


def mean_of_rounded_rates(original: Original) -> float:
    rates = [round(row["success_rate"], 3) for row in original.same_instants.values()]
    return round(sum(rates) / len(rates), 3)


def without_the_first_morning(original: Original) -> int:
    return int(original.value["executions"] - original.first_morning)


ROUNDED = "only the original rounds"
DIVISOR = "the original divides 31 dates by 30 days"

DIFFERENCES: dict[str, tuple[Callable[[Original], float | None], str]] = {
    "report_metadata.total_executions": (
        without_the_first_morning,
        "our window begins with the first date, the original's at 14:30 of it",
    ),
    "executive_summary.cost_savings_usd": (rounded("cost_saved_usd", 2), ROUNDED),
    "executive_summary.time_saved_hours": (rounded("hours_saved", 1), ROUNDED),
    "executive_summary.productivity_gain_percent": (gain_by_30, DIVISOR),
    "executive_summary.commits_per_day": (by_30("commits_per_day", 2), DIVISOR),
    "executive_summary.quality_score": (rounded("quality_score", 1), ROUNDED),
    "executive_summary.roi_multiplier": (by_30("roi_multiplier", 1), DIVISOR),
    "performance.avg_success_rate": (
        mean_of_rounded_rates,
        "the original takes the mean of rates, we the rate of the sums",
    ),
    "cost_savings.total_cost_saved_usd": (rounded("cost_saved_usd", 2), ROUNDED),
    "cost_savings.total_time_saved_hours": (rounded("hours_saved", 1), ROUNDED),
    "cost_savings.daily_average_savings_usd": (by_30("daily_average_usd", 2), DIVISOR),
    "cost_savings.monthly_projection_usd": (by_30("monthly_projection_usd", 2), DIVISOR),
    "cost_savings.annual_projection_usd": (by_30("annual_projection_usd", 2), DIVISOR),
    "productivity.avg_test_coverage": (rounded("avg_test_coverage", 1), ROUNDED),
    "productivity.commits_per_day": (by_30("commits_per_day", 2), DIVISOR),
    "copilot_enhancement.memory_hit_rate": (rounded("memory_hit_rate", 3), ROUNDED),
    "copilot_enhancement.avg_context_size_tokens": (
        mean_of_daily_means,
        "the original takes the mean of daily means, and truncates it; we weight by injections",
    ),
    "copilot_enhancement.acceptance_rate": (rounded("acceptance_rate", 3), ROUNDED),
    "roi_analysis.cortex_cost_period_usd": (
        lambda original: round(original.value["assistant_cost_usd"] / DATES_PER_DAY, 2),
        "31 dates cost 31 / 30 of a month",
    ),
    "roi_analysis.total_value_delivered_usd": (rounded("total_value_usd", 2), ROUNDED),
    "roi_analysis.roi_multiplier": (by_30("roi_multiplier", 1), DIVISOR),
    "roi_analysis.productivity_gain_percent": (gain_by_30, DIVISOR),
    "roi_analysis.commits_per_day": (by_30("commits_per_day", 2), DIVISOR),
    "roi_analysis.quality_score": (rounded("quality_score", 1), ROUNDED),
}
"""Figure of the report: what of ours gives it, and why that is not ours as it stands."""


@pytest.mark.parametrize("path", DIFFERENCES)
def test_what_differs_from_the_original_differs_for_its_reason_alone(
    original: Original, path: str
) -> None:
    explained, reason = DIFFERENCES[path]
    assert explained(original) == pytest.approx(stated(original, path), rel=1e-12), reason


def truncated(column: str) -> Callable[[Row], int]:
    return lambda row: int(row[column])


CAPABILITY: dict[str, Callable[[Row], object]] = {
    "total_executions": lambda row: row["executions"],
    "success_rate": lambda row: round(row["success_rate"], 3),
    "avg_execution_time_ms": truncated("avg_ms"),
    "p50_latency_ms": truncated("p50_ms"),
    "p95_latency_ms": truncated("p95_ms"),
    "p99_latency_ms": truncated("p99_ms"),
    "min_latency_ms": truncated("min_ms"),
    "max_latency_ms": truncated("max_ms"),
    "tokens_saved": lambda row: row["tokens_saved"],
    "avg_context_tokens": truncated("avg_context_tokens"),
}
"""Milliseconds and tokens differ in that the original truncates them."""


@pytest.mark.parametrize("figure", CAPABILITY)
def test_capabilities_over_the_originals_instants_are_the_originals(
    original: Original, figure: str
) -> None:
    ours = {name: CAPABILITY[figure](row) for name, row in original.same_instants.items()}
    assert ours == {name: metrics[figure] for name, metrics in original.capabilities.items()}


def test_errors_over_the_originals_instants_are_the_originals(original: Original) -> None:
    # Of equally frequent ones the original lists the first to occur first, we go by name.
    for name, metrics in original.capabilities.items():
        ours = json.loads(original.same_instants[name]["errors"])
        assert ours == sorted(metrics["error_types"], key=lambda e: (-e["count"], e["type"]))


def test_the_originals_trend_comes_of_the_sorted_durations(original: Original) -> None:
    def halves(durations: list[float]) -> float:
        middle = len(durations) // 2
        return fmean(durations[middle:]) / fmean(durations[:middle]) - 1

    assert {name for name, use in original.capabilities.items()} == set(original.durations)
    assert {use["performance_trend"] for use in original.capabilities.values()} == {"degrading"}
    assert min(halves(durations) for durations in original.durations.values()) > 0.15
    # In the order of time, by which ours go, some became faster.
    assert min(row["change"] for row in original.same_instants.values()) < 0


def test_no_figure_of_the_original_is_left_out(original: Original) -> None:
    compared = {*SUMS, *DIFFERENCES, "executive_summary.copilot_enhancement"}
    compared |= {"report_metadata.collection_period_days", "performance.total_capabilities_used"}
    sections = {key: part for key, part in original.stated.items() if isinstance(part, dict)}
    figures = {
        f"{section}.{key}"
        for section, part in sections.items()
        for key, value in part.items()
        if isinstance(value, int | float)
    }
    assert figures == compared
    for metrics in original.capabilities.values():
        assert set(metrics) == {*CAPABILITY, "error_types", "performance_trend"}
    assert stated(original, "performance.total_capabilities_used") == len(original.same_instants)
    # Ours are dates, and one more.
    assert (
        stated(original, "report_metadata.collection_period_days") == original.value["n_days"] - 1
    )
