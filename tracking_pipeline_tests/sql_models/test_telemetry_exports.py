"""Exports stay as exported, are checked, and count once."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tracking_pipeline.settings import load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import opened
from tracking_pipeline_tests.sql_models.telemetry_home import SHIPPED, build_value, land
from tracking_pipeline_tests.sql_models.telemetry_original import EXPECTED

Row = dict[str, Any]

EXPORTED = {
    "report_metadata.collection_period_days": "period_days",
    "report_metadata.total_executions": "total_executions",
    "executive_summary.cost_savings_usd": "cost_saved_usd",
    "executive_summary.time_saved_hours": "time_saved_hours",
    "executive_summary.productivity_gain_percent": "productivity_gain_percent",
    "executive_summary.commits_per_day": "commits_per_day",
    "executive_summary.quality_score": "quality_score",
    "executive_summary.roi_multiplier": "roi_multiplier",
    "performance.total_capabilities_used": "capabilities_used",
    "performance.avg_success_rate": "avg_success_rate",
    "cost_savings.total_tokens_saved": "tokens_saved",
    "cost_savings.total_api_calls_avoided": "api_calls_avoided",
    "cost_savings.total_cost_saved_usd": "cost_saved_usd",
    "cost_savings.total_time_saved_hours": "time_saved_hours",
    "cost_savings.daily_average_savings_usd": "daily_average_usd",
    "cost_savings.monthly_projection_usd": "monthly_projection_usd",
    "cost_savings.annual_projection_usd": "annual_projection_usd",
    "productivity.total_commits": "commits",
    "productivity.total_prs_created": "prs_created",
    "productivity.total_prs_merged": "prs_merged",
    "productivity.total_lines_added": "lines_added",
    "productivity.total_lines_deleted": "lines_deleted",
    "productivity.avg_test_coverage": "avg_test_coverage",
    "productivity.total_bugs_fixed": "bugs_fixed",
    "productivity.total_code_reviews": "code_reviews",
    "productivity.commits_per_day": "commits_per_day",
    "copilot_enhancement.memory_hits": "memory_hits",
    "copilot_enhancement.memory_misses": "memory_misses",
    "copilot_enhancement.memory_hit_rate": "memory_hit_rate",
    "copilot_enhancement.context_injections": "context_injections",
    "copilot_enhancement.avg_context_size_tokens": "avg_context_tokens",
    "copilot_enhancement.suggestions_accepted": "suggestions_accepted",
    "copilot_enhancement.suggestions_rejected": "suggestions_rejected",
    "copilot_enhancement.acceptance_rate": "acceptance_rate",
    "roi_analysis.cortex_cost_period_usd": "assistant_cost_usd",
    "roi_analysis.total_value_delivered_usd": "total_value_usd",
    "roi_analysis.roi_multiplier": "roi_multiplier",
    "roi_analysis.productivity_gain_percent": "productivity_gain_percent",
    "roi_analysis.commits_per_day": "commits_per_day",
    "roi_analysis.quality_score": "quality_score",
}
# The same as copilot_enhancement.memory_hit_rate, before it was rounded.
UNROUNDED = "executive_summary.copilot_enhancement"
DERIVED = 15
"""Totals of an export that follow from what else it states."""


@pytest.fixture(scope="module")
def con(
    sql_project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse of the shipped exports, and a second one of john's, of a day later."""
    home = tmp_path_factory.mktemp("home")
    settings = load_settings(home=home / "home")
    first = (SHIPPED / "exports" / "john-business-value-report.yaml").read_text("utf-8")
    later = first.replace("2025-11-12T14:30", "2025-11-13T14:30").replace(
        "2025-10-13T14:30", "2025-10-14T14:30"
    )
    (home / "john-later.yaml").write_text(later, "utf-8")
    with opened(settings) as connection:
        land(settings, connection, [SHIPPED / "exports", home / "john-later.yaml"])
        build_value(connection, sql_project)
        yield connection


def exports_of(con: duckdb.DuckDBPyConnection, platform: str) -> list[Row]:
    query = "from marts.counted_exports where platform = ? order by exported_at"
    return con.execute(query, [platform]).pl().rows(named=True)


def figures(name: str) -> dict[str, float]:
    """Return every number of the original's report, by section and key."""
    report = yaml.safe_load((EXPECTED / f"{name}-business-value-report.yaml").read_text("utf-8"))
    return {
        f"{section}.{key}": value
        for section, part in report.items()
        if isinstance(part, dict)
        for key, value in part.items()
        if isinstance(value, int | float)
    }


@pytest.mark.parametrize(("name", "platform"), [("john", "Windows"), ("emily", "Darwin")])
def test_an_export_is_shown_as_it_was_exported(
    con: duckdb.DuckDBPyConnection, name: str, platform: str
) -> None:
    expected = figures(name)
    assert set(expected) - {UNROUNDED} == set(EXPORTED)
    export = exports_of(con, platform)[0]
    assert {path: export[column] for path, column in EXPORTED.items()} == {
        path: expected[path] for path in EXPORTED
    }
    assert (export["first_date"], export["last_date"]) == (date(2025, 10, 13), date(2025, 11, 12))
    assert export["dates_covered"] == 31


def test_the_totals_of_the_shipped_exports_are_right(con: duckdb.DuckDBPyConnection) -> None:
    checks = con.sql("from marts.value_export_checks").pl()
    assert checks.filter("is_mismatch").is_empty()
    assert checks.group_by("engineer_hash", "exported_at").len()["len"].to_list() == [DERIVED] * 3


def test_of_two_overlapping_exports_the_newest_counts(con: duckdb.DuckDBPyConnection) -> None:
    newest = datetime(2025, 11, 13, 14, 30, 0, 417000)  # noqa: DTZ001 - as written
    first, second = exports_of(con, "Windows")
    assert (first["is_counted"], first["overlaps_with"]) == (False, newest)
    assert (second["is_counted"], second["exported_at"]) == (True, newest)
    (team,) = con.sql("from marts.exported_team_value").pl().rows(named=True)
    (emily,) = exports_of(con, "Darwin")
    assert team["engineers"] == 2
    assert team["commits"] == second["commits"] + emily["commits"]
    assert team["assistant_cost_usd"] == 100
    value = second["total_value_usd"] + emily["total_value_usd"]
    assert team["roi_multiplier"] == pytest.approx(value / 100, rel=1e-11)


def of_seven_days(report: str) -> str:
    """Return the report as exported at the same moment for 7 days, each capability executed once.

    The total says so: five capabilities.
    """
    week = yaml.safe_load(report)
    stated = {"collection_period_days": 7, "collection_start": "2025-11-05T14:30:00.417000"}
    week["report_metadata"] |= stated | {"total_executions": 5}
    for capability in week["performance"]["capabilities"]:
        capability["metrics"] |= {"total_executions": 1, "success_rate": 1.0}
    week["performance"]["avg_success_rate"] = 1.0
    return str(yaml.safe_dump(week))


def test_exports_of_one_moment_and_two_periods_keep_their_own_capabilities(
    sql_project: Project, tmp_path: Path
) -> None:
    month = (SHIPPED / "exports" / "john-business-value-report.yaml").read_text("utf-8")
    (tmp_path / "a-week.yaml").write_text(of_seven_days(month), "utf-8")
    (tmp_path / "b-month.yaml").write_text(month, "utf-8")
    settings = load_settings(home=tmp_path / "home")
    with opened(settings) as con:
        land(settings, con, [tmp_path / "a-week.yaml", tmp_path / "b-month.yaml"])
        assert con.sql("select reason from landing.quarantine").fetchall() == []
        build_value(con, sql_project, "counted_export_capabilities")
        counted = "select period_days, sum(executions) from marts.counted_export_capabilities"
        assert con.sql(f"{counted} group by all").fetchall() == [(30, 194)]
        checks = (
            "select period_days, exported, recomputed from marts.value_export_checks "
            "where figure = 'total_executions' order by all"
        )
        assert con.sql(checks).fetchall() == [(7, 5, 5), (30, 194, 194)]


TEAM = """
report_metadata: {{generated_at: '2025-11-14T09:00:00', engineers_analyzed: {n}}}
executive_summary: {{total_commits: {commits}}}
engineers:
"""


def test_reports_of_two_teams_and_one_moment_are_checked_apart(
    sql_project: Project, tmp_path: Path
) -> None:
    first = "- {email: ann@x.example, commits: 3}\n- {email: bob@x.example, commits: 4}\n"
    second = "- {email: cyd@x.example, commits: 5}\n"
    (tmp_path / "first.yaml").write_text(TEAM.format(n=2, commits=7) + first, "utf-8")
    (tmp_path / "second.yaml").write_text(TEAM.format(n=1, commits=5) + second, "utf-8")
    settings = load_settings(home=tmp_path / "home")
    with opened(settings) as con:
        land(settings, con, [tmp_path / "first.yaml", tmp_path / "second.yaml"])
        build_value(con, sql_project)
        checks = "select figure, exported, recomputed from marts.value_export_checks order by all"
        assert con.sql(checks).fetchall() == [
            *(("engineers_analyzed", 1, 1), ("engineers_analyzed", 2, 2)),
            *(("total_commits", 5, 5), ("total_commits", 7, 7)),
        ]
