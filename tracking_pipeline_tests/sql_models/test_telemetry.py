"""Engineers' telemetry from landed rows to figures, first and after later versions."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml

from tracking_pipeline.analysis.figures import figures
from tracking_pipeline.settings import load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import build, opened
from tracking_pipeline_tests.sql_models.conftest import LOGS, land
from tracking_pipeline_tests.sql_models.engine_rows import insert
from tracking_pipeline_tests.sql_models.selection import with_ancestors

EXPECTED = Path(__file__).parents[1] / "inputs" / "telemetry" / "expected"
INCREMENTAL = (
    "intermediate.measure_days",
    "marts.metric_daily",
    "marts.metric_weekly",
    "marts.metric_monthly",
)
NEEDED = {"metric_weekly", "metric_monthly", "performance_metrics", "productivity_metrics"}
NEEDED |= {"engineer_profile", "cost_savings", "copilot_metrics", "expected_figures"}

Built = Callable[..., None]


@pytest.fixture
def built(con: duckdb.DuckDBPyConnection, sql_project: Project) -> Built:
    """Return what builds the figures from what is landed."""
    select = with_ancestors(sql_project, NEEDED)

    def run(*, full_refresh: bool = False, zone: str = "UTC") -> None:
        variables = {"reporting_timezone": zone}
        results = build(con, select, full_refresh=full_refresh, **variables)
        assert [result.error for result in results if result.error] == []

    return run


def add(con: duckdb.DuckDBPyConnection, table: str, batch: int, **values: object) -> None:
    """Land a row of ann's, unless said otherwise."""
    row = {"engineer_hash": "ann", "file_id": f"{table}:{batch}", "batch_id": batch, **values}
    insert(con, table, **row)


def work(con: duckdb.DuckDBPyConnection, day: str, batch: int, **values: object) -> None:
    """Land a version of a day's work."""
    noon = datetime.fromisoformat(f"{day} 12:00:00")
    add(con, "productivity_day", batch, metric_date=noon.date(), observed_at=noon, **values)


def execute(con: duckdb.DuckDBPyConnection, at: str, batch: int, **values: object) -> None:
    """Land an execution at a UTC time."""
    moment = datetime.fromisoformat(at)
    capability = "code_review"
    add(con, "capability_execution", batch, capability=capability, observed_at=moment, **values)


def profile(con: duckdb.DuckDBPyConnection, at: str, batch: int, platform: str) -> None:
    moment = datetime.fromisoformat(at)
    add(con, "engineer_profile", batch, platform=platform, observed_at=moment)


def daily(con: duckdb.DuckDBPyConnection, entity_type: str, metric: str) -> list[tuple[Any, ...]]:
    return con.execute(
        "select entity_id, metric_date::varchar, value from marts.metric_daily "
        "where entity_type = $kind and metric = $metric order by all",
        {"kind": entity_type, "metric": metric},
    ).fetchall()


def test_figures_of_an_older_version_of_a_day_vanish(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    morning, evening = datetime(2025, 10, 13, 9), datetime(2025, 10, 13, 18)  # noqa: DTZ001 - UTC
    work(con, "2025-10-13", 1, commits_count=2, test_coverage_percent=80.0, written_at=morning)
    work(con, "2025-10-14", 1, commits_count=4, written_at=evening)
    work(con, "2025-10-31", 1, commits_count=1, engineer_hash="bob")
    execute(con, "2025-10-13 10:00:00", 1, is_successful=True, duration_ms=100.0)
    profile(con, "2025-10-06 12:00:00", 1, "Windows")
    built()
    # The 13th is written anew, without a coverage; of the 14th an older version comes late; bob's
    # only day no longer states anything; ann has moved to another platform.
    work(con, "2025-10-13", 2, commits_count=7, test_coverage_percent=0.0, written_at=evening)
    work(con, "2025-10-14", 2, commits_count=1, written_at=morning)
    work(con, "2025-10-31", 2, commits_count=None, engineer_hash="bob")
    profile(con, "2025-11-06 12:00:00", 2, "Darwin")
    built()
    late = {name: con.sql(f"from {name} order by all").fetchall() for name in INCREMENTAL}
    built(full_refresh=True)
    anew = {name: con.sql(f"from {name} order by all").fetchall() for name in INCREMENTAL}
    assert late == anew
    assert daily(con, "team", "commits") == [("acme", "2025-10-13", 7), ("acme", "2025-10-14", 4)]
    assert daily(con, "team", "test_coverage_percent") == []
    assert daily(con, "platform", "executions") == [("Darwin", "2025-10-13", 1)]
    assert con.sql("select sum(commits_count) from marts.productivity_metrics").fetchall() == [
        (11,)
    ]


def test_a_second_build_of_the_same_rows_computes_no_day_anew(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    work(con, "2025-10-13", 1, commits_count=2)
    work(con, "2025-10-13", 2, commits_count=3, written_at=datetime(2025, 10, 13, 9))  # noqa: DTZ001 - UTC
    work(con, "2025-10-13", 3, commits_count=4)
    built()
    newest = con.sql("select max(last_batch_id) from intermediate.measure_days").fetchall()
    assert newest == con.sql("select max(last_batch_id) from intermediate.records").fetchall()
    assert daily(con, "team", "commits") == [("acme", "2025-10-13", 3)]


@pytest.mark.parametrize(
    ("zone", "day_of_execution"),
    [
        ("UTC", "2025-10-12"),
        ("Pacific/Auckland", "2025-10-13"),
        ("America/Los_Angeles", "2025-10-12"),
    ],
)
def test_a_day_keeps_its_date_in_any_zone_and_an_execution_has_that_of_the_zone(
    con: duckdb.DuckDBPyConnection, built: Built, zone: str, day_of_execution: str
) -> None:
    # 11:30 UTC on Sunday is 00:30 on Monday in Auckland, 13 hours ahead.
    work(con, "2025-10-12", 1, commits_count=2)
    execute(con, "2025-10-12 11:30:00", 1, is_successful=True)
    built(zone=zone)
    assert daily(con, "engineer", "commits") == [("ann", "2025-10-12", 2)]
    assert daily(con, "engineer", "executions") == [("ann", day_of_execution, 1)]
    assert con.sql("select metric_date::varchar from marts.performance_metrics").fetchall() == [
        (day_of_execution,)
    ]


def test_the_hour_that_comes_twice_counts_both_its_executions(
    con: duckdb.DuckDBPyConnection, built: Built
) -> None:
    # Toronto left its summer on 2025-11-02 at 06:00 UTC: 01:30 was at 05:30 and 06:30 UTC, and the
    # 25 hours of the day end at 05:00 UTC.
    for at in ("2025-11-02 05:30:00", "2025-11-02 06:30:00", "2025-11-03 04:59:59"):
        execute(con, at, 1, is_successful=True)
    execute(con, "2025-11-03 05:00:00", 1, is_successful=False)
    built(zone="America/Toronto")
    assert daily(con, "capability", "executions") == [
        ("code_review", "2025-11-02", 3),
        ("code_review", "2025-11-03", 1),
    ]
    assert daily(con, "capability", "errors") == [
        ("code_review", "2025-11-02", 0),
        ("code_review", "2025-11-03", 1),
    ]


def test_rates_of_a_team_are_rates_of_sums(con: duckdb.DuckDBPyConnection, built: Built) -> None:
    # 9 of 10 and 10 of 90 lookups are 19 of 100, not the mean of 0.9 and 0.11.
    for engineer, hits, misses in (("ann", 9, 1), ("bob", 10, 80)):
        add(
            con,
            "copilot_day",
            1,
            engineer_hash=engineer,
            observed_at=datetime(2025, 10, 13, 12),  # noqa: DTZ001 - UTC
            metric_date=date(2025, 10, 13),
            memory_hits=hits,
            memory_misses=misses,
            suggestions_accepted=0,
            suggestions_rejected=0,
        )
    built()
    found = con.execute(
        "select metric, value, n, numerator, denominator from marts.metric_weekly "
        "where entity_type = 'team' and metric in ('memory_hit_rate', 'acceptance_rate')"
    ).fetchall()
    assert found == [("memory_hit_rate", 0.19, 100, 19, 100)]


@pytest.fixture(scope="module")
def examples(
    sql_project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse with the two example databases."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"))
    with opened(settings) as con:
        databases = LOGS.parent / "telemetry" / "databases"
        land(settings, con, [databases], "telemetry", now=datetime(2025, 11, 21, tzinfo=UTC))
        select = with_ancestors(sql_project, NEEDED)
        assert {result.status for result in build(con, select)} <= {"built", "unchanged"}
        yield con


def of_platform(
    con: duckdb.DuckDBPyConnection, project: Project, platform: str, window: tuple[str, str, str]
) -> dict[str, float]:
    """Return the figures of the one engineer on a platform, over (start, end, zone)."""
    start, end = (datetime.fromisoformat(bound) for bound in window[:2])
    found = figures(con, project, system="telemetry", start=start, end=end, zone=window[2])
    (whom,) = con.execute(
        "select engineer_email from marts.engineer_profile where machine_platform = $1", [platform]
    ).fetchall()
    of_one = found.filter(pl.col("entity_id") == whom[0])
    return dict(zip(of_one["metric"], of_one["value"], strict=True))


DAYS = {
    "tokens_saved": ("cost_savings", "total_tokens_saved", 0),
    "api_calls_avoided": ("cost_savings", "total_api_calls_avoided", 0),
    "cost_saved_usd": ("cost_savings", "total_cost_saved_usd", 2),
    "hours_saved": ("cost_savings", "total_time_saved_hours", 1),
    "commits": ("productivity", "total_commits", 0),
    "prs_created": ("productivity", "total_prs_created", 0),
    "prs_merged": ("productivity", "total_prs_merged", 0),
    "lines_added": ("productivity", "total_lines_added", 0),
    "lines_deleted": ("productivity", "total_lines_deleted", 0),
    "test_coverage_percent": ("productivity", "avg_test_coverage", 1),
    "bugs_fixed": ("productivity", "total_bugs_fixed", 0),
    "code_reviews": ("productivity", "total_code_reviews", 0),
    "memory_hit_rate": ("copilot_enhancement", "memory_hit_rate", 3),
    "context_injections": ("copilot_enhancement", "context_injections", 0),
    "acceptance_rate": ("copilot_enhancement", "acceptance_rate", 3),
}
WHO = [("john", "Windows", "America/Toronto"), ("emily", "Darwin", "Europe/London")]


@pytest.mark.parametrize(("name", "platform", "zone"), WHO)
def test_the_example_databases_give_the_figures_of_the_original(
    examples: duckdb.DuckDBPyConnection, sql_project: Project, name: str, platform: str, zone: str
) -> None:
    report = yaml.safe_load((EXPECTED / f"{name}-business-value-report.yaml").read_text())
    # The original's 30 days hold 31 dates, and the executions of 30 times 24 hours.
    dates = of_platform(examples, sql_project, platform, ("2025-10-13", "2025-11-13", "UTC"))
    assert {metric: round(dates[metric], digits) for metric, (_, _, digits) in DAYS.items()} == {
        metric: report[section][key] for metric, (section, key, _) in DAYS.items()
    }
    metadata = report["report_metadata"]
    window = (metadata["collection_start"], metadata["export_date"], zone)
    hours = of_platform(examples, sql_project, platform, window)
    assert hours["executions"] == metadata["total_executions"]
