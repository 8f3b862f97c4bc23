"""Windows hold their dates, whatever the clocks do, and move only with what they rest on."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import opened
from tracking_pipeline_tests.sql_models.telemetry_home import (
    NOW,
    SHIPPED,
    build_value,
    land,
    lines,
)

NEW_YORK = "America/New_York"
WEEKLY = (
    *("commits", "prs_created", "prs_merged", "lines_added", "lines_deleted", "bugs_fixed"),
    *("code_reviews", "tokens_saved", "api_calls_avoided", "cost_saved_usd", "hours_saved"),
    *("memory_hit_rate", "acceptance_rate", "context_injections"),
    *("executions", "success_rate", "mean_latency_ms"),
)
"""Columns of a team's value that are metrics of the catalogue, too."""
Row = tuple[Any, ...]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home")


@pytest.fixture
def con(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(settings) as connection:
        yield connection


def execution(timestamp: str) -> dict[str, object]:
    return {
        "kind": "capability_execution",
        "engineer_email": "ada@company.example",
        "capability": "code_review",
        "duration_ms": 100,
        "success": 1,
        "timestamp": timestamp,
    }


def savings(day: str, tokens: int) -> dict[str, object]:
    return {
        "kind": "cost_saving_day",
        "engineer_email": "ada@company.example",
        "metric_date": day,
        "tokens_saved_count": tokens,
        "time_saved_minutes": 60,
    }


def weeks(con: duckdb.DuckDBPyConnection) -> list[Row]:
    return con.execute(
        "select start_date, n_days, executions from marts.engineer_value "
        "where window_kind = 'week' order by all"
    ).fetchall()


def test_the_week_in_which_clocks_go_back_holds_seven_dates(
    settings: Settings, con: duckdb.DuckDBPyConnection, sql_project: Project, tmp_path: Path
) -> None:
    times = [
        "2025-11-01T23:59:00-04:00",
        # A Sunday of 25 hours, on which half past one came twice.
        "2025-11-02T00:00:00-04:00",
        "2025-11-02T01:30:00-04:00",
        "2025-11-02T01:30:00-05:00",
        "2025-11-02T23:59:00-05:00",
        "2025-11-08T23:59:00-05:00",
        "2025-11-09T00:00:00-05:00",
    ]
    file = lines(tmp_path / "autumn.jsonl", *map(execution, times))
    land(settings, con, [file])
    build_value(con, sql_project, reporting_timezone=NEW_YORK, as_of="2025-11-16")
    assert weeks(con) == [
        (date(2025, 10, 26), 7, 1),
        (date(2025, 11, 2), 7, 5),
        (date(2025, 11, 9), 7, 1),
    ]
    days = con.execute("select metric_date, executions from marts.engineer_days order by 1")
    assert days.fetchall() == [
        (date(2025, 11, 1), 1),
        (date(2025, 11, 2), 4),
        (date(2025, 11, 8), 1),
        (date(2025, 11, 9), 1),
    ]


def test_the_week_in_which_clocks_go_forward_holds_seven_dates(
    settings: Settings, con: duckdb.DuckDBPyConnection, sql_project: Project, tmp_path: Path
) -> None:
    # Two minutes apart: 2025-03-09 has no hour from two to three.
    times = ["2025-03-09T01:59:00-05:00", "2025-03-09T03:01:00-04:00", "2025-03-15T23:59:00-04:00"]
    file = lines(tmp_path / "spring.jsonl", *map(execution, times))
    land(settings, con, [file])
    build_value(con, sql_project, reporting_timezone=NEW_YORK, as_of="2025-03-16")
    assert weeks(con) == [(date(2025, 3, 9), 7, 3)]


def test_late_records_move_the_windows_that_hold_them_alone(
    settings: Settings, con: duckdb.DuckDBPyConnection, sql_project: Project, tmp_path: Path
) -> None:
    def batches() -> dict[date, tuple[int, float]]:
        rows = con.execute(
            "select start_date, last_batch_id, cost_saved_usd from marts.team_value "
            "where window_kind = 'month'"
        ).fetchall()
        return {row[0]: row[1:] for row in rows}

    known = [savings("2025-10-31", 100_000), savings("2025-11-01", 200_000)]
    land(settings, con, [lines(tmp_path / "known.jsonl", *known)])
    build_value(con, sql_project, as_of="2025-12-01")
    before = batches()
    assert {month: cost for month, (_, cost) in before.items()} == {
        date(2025, 10, 1): 3.0,
        date(2025, 11, 1): 6.0,
    }
    late = lines(tmp_path / "late.jsonl", savings("2025-11-30", 300_000))
    land(settings, con, [late], NOW + timedelta(days=1))
    build_value(con, sql_project, as_of="2025-12-01")
    after = batches()
    assert after[date(2025, 10, 1)] == before[date(2025, 10, 1)]
    assert after[date(2025, 11, 1)][0] > before[date(2025, 11, 1)][0]
    assert after[date(2025, 11, 1)][1] == 15.0


def test_weeks_of_a_teams_value_are_its_weekly_metrics(
    settings: Settings, con: duckdb.DuckDBPyConnection, sql_project: Project
) -> None:
    # Both add the same days up, each in its own way.
    land(settings, con, [SHIPPED / "databases"])
    build_value(con, sql_project, "metric_weekly", as_of="2025-11-16")
    weeks = con.sql("from marts.team_value where window_kind = 'week'").pl()
    value = weeks.select("start_date", *(pl.col(name).cast(pl.Float64) for name in WEEKLY))
    metrics = con.sql(
        "from marts.metric_weekly where system = 'telemetry' and entity_type = 'team'"
    ).pl()
    weekly = metrics.pivot("metric", index="week_start", values="value").select(
        pl.col("week_start").alias("start_date"), *WEEKLY
    )
    assert value.height == 6
    assert_frame_equal(value, weekly, check_row_order=False, rel_tol=1e-11)
