"""Marts over the shipped logs, against values counted by hand in the files."""

import duckdb
import pytest

from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.unit_tests import run_unit_tests

REAL_WEEK = "2025-07-27"


def test_every_unit_test_of_the_project_passes(
    built: duckdb.DuckDBPyConnection, sql_project: Project
) -> None:
    results = list(run_unit_tests(built, sql_project))
    assert len(results) == len(sql_project.unit_tests) > 0
    assert [result.name for result in results if result.n_failures] == []


def test_seven_logs_are_too_few_for_a_verdict(built: duckdb.DuckDBPyConnection) -> None:
    # 3 messages and 4 enrichments; both rates ask for 20.
    rows = built.execute(
        "select component, value, level, status from marts.health where week_start = ? order by 1",
        [REAL_WEEK],
    ).fetchall()
    assert rows == [
        ("ai_message_generation", pytest.approx(1 / 3), None, "not_enough_data"),
        ("lead_enrichment", 0.0, None, "not_enough_data"),
        ("overall", None, None, "not_enough_data"),
    ]
    for table in ("recommendations", "alert_candidates"):
        judged = (
            f"select metric from marts.{table} where week_start = ? and metric not like 'total%'"
        )
        assert built.execute(judged, [REAL_WEEK]).fetchall() == []


def test_a_full_week_is_judged(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select component, level is not null, status from marts.health where week_start = ? "
        "and component != 'overall' order by 1",
        ["2025-06-29"],
    ).fetchall()
    assert [(component, is_judged) for component, is_judged, _ in rows] == [
        ("ai_message_generation", True),
        ("lead_enrichment", True),
    ]


def test_a_score_without_benchmarks_is_no_score(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute("select distinct performance_score, status from marts.scores").fetchall()
    assert rows == [(None, "insufficient_coverage")]


def test_every_accepted_record_counts_in_one_week(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select sum(n_accepted), sum(n_late) from marts.data_quality_weekly"
    ).fetchall()
    # 405 of one week, 7 production logs, 63 traces, 88 database logs; the source's first load.
    assert rows == [(563, 0)]


def test_campaigns_end_as_their_traces_say(built: duckdb.DuckDBPyConnection) -> None:
    rows = built.execute(
        "select entity_id, value from marts.metric_weekly "
        "where entity_type = 'final_status' and metric = 'total_traces' order by 1"
    ).fetchall()
    assert rows == [("APPROVED", 49.0), ("ERROR", 1.0), ("MANUAL_REVIEW", 7.0), ("RETRY", 6.0)]
