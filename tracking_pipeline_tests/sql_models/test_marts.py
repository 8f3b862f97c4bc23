"""Marts over the shipped logs, against values counted by hand in the files."""

import duckdb

from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.unit_tests import run_unit_tests

REAL_WEEK = "2025-07-27"


def test_every_unit_test_of_the_project_passes(
    built: duckdb.DuckDBPyConnection, sql_project: Project
) -> None:
    results = list(run_unit_tests(built, sql_project))
    assert len(results) == len(sql_project.unit_tests) > 0
    assert [result.name for result in results if result.n_failures] == []


def test_health_of_the_real_week_is_that_of_the_original(
    built: duckdb.DuckDBPyConnection,
) -> None:
    rows = built.execute(
        "select component, level, status from marts.health where week_start = ? order by 1",
        [REAL_WEEK],
    ).fetchall()
    assert rows == [
        ("ai_message_generation", 2.0, "needs_attention"),
        ("lead_enrichment", 1.0, "critical"),
        ("overall", 1.5, "needs_attention"),
    ]


def test_recommendations_of_the_real_week_follow_the_ordering_formula(
    built: duckdb.DuckDBPyConnection,
) -> None:
    rows = built.execute(
        "select rule_id, priority, ordering_score, roi_pct, n from marts.recommendations "
        "where week_start = ? order by rank",
        [REAL_WEEK],
    ).fetchall()
    assert rows == [
        ("raise_enrichment_success", "HIGH", 100 + 30 - 10.5 + 15, 200.0, 4),
        ("raise_approval", "HIGH", 100 + 25 - 12 + 16, 150.0, 3),
        ("restore_health", "HIGH", 100 + 20 - 9 + 18, 100.0, None),
    ]


def test_threshold_alerts_of_the_real_week_are_critical(
    built: duckdb.DuckDBPyConnection,
) -> None:
    rows = built.execute(
        "select metric, severity, threshold, n from marts.alert_candidates "
        "where week_start = ? and rule_id != 'low_volume' order by 1",
        [REAL_WEEK],
    ).fetchall()
    assert rows == [("approval_rate", "critical", 0.4, 3), ("success_rate", "critical", 0.3, 4)]


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
