"""Weeks worked out by hand, from the tables that trends and claims read."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest
from scipy.stats import false_discovery_control

from tracking_pipeline.analysis.tables import write_tables
from tracking_pipeline_tests.analysis.inputs import create_inputs

SUNDAY = date(2025, 6, 29)

# metric: aggregation, direction, minimum sample
METRICS = {
    "approval_rate": ("rate", "higher", 30),
    "error_rate": ("rate", "lower", 30),
    "quality": ("mean", "higher", 10),
    "median_time": ("median", "lower", 10),
    "label_coverage": ("label_coverage", "higher", 1),
}


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_inputs(connection)
        for metric, (aggregation, direction, minimum) in METRICS.items():
            unit = "fraction" if aggregation == "rate" else "score"
            label = metric.replace("_", " ")
            connection.execute(
                "insert into seeds.metrics values "
                "('logs', ?, 'log_type', ?, ?, ?, 'weighted_mean', ?, ?, 'record')",
                [metric, label, unit, direction, aggregation, minimum],
            )
        yield connection


def trends(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    write_tables(con)
    return con.sql("from analysis.trends").pl()


def add_rate(
    con: duckdb.DuckDBPyConnection,
    week: tuple[int, int],
    previous: tuple[int, int] | None,
    *,
    metric: str = "approval_rate",
    entity: str = "A",
) -> None:
    (now, n), (before, previous_n) = week, previous or (None, None)
    value, last = now / n, before / previous_n if before is not None and previous_n else None
    add(con, metric, entity, value, last, n, previous_n, now, before, *[None] * 4)


def add_mean(
    con: duckdb.DuckDBPyConnection, week: list[float], previous: list[float], *, entity: str = "A"
) -> None:
    sums = [sum(week), sum(previous), sum(x * x for x in week), sum(x * x for x in previous)]
    means = [sum(week) / len(week), sum(previous) / len(previous)]
    add(con, "quality", entity, *means, len(week), len(previous), None, None, *sums)


def add(
    con: duckdb.DuckDBPyConnection,
    metric: str,
    entity: str,
    *figures: float | None,
) -> None:
    key = ["logs", "acme", "log_type", entity, metric, SUNDAY]
    value, previous, n, previous_n, *sums = figures
    row = [*key, value, previous, None, n, previous_n, *sums]
    con.execute(f"insert into marts.week_over_week values ({', '.join('?' * len(row))})", row)
    con.execute("insert into marts.metric_weekly values (?, ?, ?, ?, ?, ?, 0.86, 1)", key)


def only(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return trends(con).row(0, named=True)


def test_a_rate_that_rose_is_improving(con: duckdb.DuckDBPyConnection) -> None:
    # By hand: pooled 1/2, error sqrt(.25 * .02) = .0707107, z = .2 / .0707107.
    add_rate(con, (60, 100), (40, 100))
    row = only(con)
    assert row["statistic"] == pytest.approx(2.828427, abs=1e-6)
    assert row["p_value"] == pytest.approx(0.004678, abs=1e-6)
    assert (row["significance"], row["direction"], row["reason"]) == ("high", "improving", None)
    assert row["ci_low"] > 0.05


def test_a_rate_of_errors_that_rose_is_declining(con: duckdb.DuckDBPyConnection) -> None:
    add_rate(con, (60, 100), (40, 100), metric="error_rate")
    assert only(con)["direction"] == "declining"


def test_a_small_change_of_a_large_sample_is_stable(con: duckdb.DuckDBPyConnection) -> None:
    # ±5 % of 0.5 is ±0.025; the interval is 0.001 ± 1.96 * sqrt(2 * .25 / 10000) = ±0.0139.
    add_rate(con, (5010, 10000), (5000, 10000))
    row = only(con)
    assert (row["significance"], row["direction"], row["reason"]) == ("low", "stable", None)


def test_the_same_change_of_a_small_sample_is_no_evidence(con: duckdb.DuckDBPyConnection) -> None:
    add_rate(con, (501, 1000), (500, 1000))
    row = only(con)
    assert (row["significance"], row["direction"], row["reason"]) == ("low", None, "no_evidence")


@pytest.mark.parametrize(
    ("week", "previous"), [((29, 29), (1, 100)), ((99, 100), (1, 29)), ((60, 100), None)]
)
def test_below_the_minimum_in_either_week_there_is_not_enough_data(
    con: duckdb.DuckDBPyConnection, week: tuple[int, int], previous: tuple[int, int] | None
) -> None:
    add_rate(con, week, previous)
    row = only(con)
    assert (row["significance"], row["direction"]) == (None, None)
    assert row["reason"] == "not_enough_data"


@pytest.mark.parametrize(("n", "reason"), [(9, "not_enough_data"), (10, None)])
def test_a_metric_without_a_minimum_needs_ten_observations_each_week(
    con: duckdb.DuckDBPyConnection, n: int, reason: str | None
) -> None:
    add_rate(con, (n, n), (0, n), metric="label_coverage")
    assert only(con)["reason"] == reason


def test_means_are_tested_by_welch_from_their_sums(con: duckdb.DuckDBPyConnection) -> None:
    # The sleep data (Student 1908): R's t.test prints t = -1.8608, p = 0.07939.
    add_mean(
        con,
        [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
        [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    )
    row = only(con)
    assert row["method"].startswith("Welch")
    assert [row["statistic"], row["p_value"]] == pytest.approx([-1.8608, 0.07939], abs=5e-5)
    assert row["reason"] == "no_evidence"


def test_what_cannot_be_tested_gets_no_direction(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "median_time", "A", 1.0, 9.0, 100, 100, *[None] * 6)
    add_mean(con, [5.0] * 20, [9.0] * 20)
    for row in trends(con).iter_rows(named=True):
        assert (row["p_value"], row["direction"], row["reason"]) == (None, None, "no_evidence")


def test_one_small_p_among_many_metrics_gets_no_direction(con: duckdb.DuckDBPyConnection) -> None:
    # 57/100 against 42/100: z = .15 / sqrt(.495 * .505 * .02) = 2.1214, p = 0.0339.
    add_rate(con, (57, 100), (42, 100))
    assert only(con)["direction"] == "improving"
    add_rate(con, (50, 100), (50, 100), entity="B")
    rows = {row["entity_id"]: row for row in trends(con).iter_rows(named=True)}
    assert rows["A"]["p_value"] == pytest.approx(0.0339, abs=1e-4)
    assert rows["A"]["adjusted_p_value"] == pytest.approx(0.0678, abs=1e-4)
    assert rows["A"]["significance"] == "medium"
    assert (rows["A"]["direction"], rows["A"]["reason"]) == (None, "no_evidence")


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg(
    con: duckdb.DuckDBPyConnection,
) -> None:
    for entity, successes in enumerate([60, 60, 57, 55, 52, 50]):
        add_rate(con, (successes, 100), (42, 100), entity=str(entity))
    add_rate(con, (20, 20), (1, 20), entity="too small to be tested")
    tested = trends(con).filter(pl.col("n") == 100)
    assert tested["adjusted_p_value"].to_list() == pytest.approx(
        list(false_discovery_control(tested["p_value"].to_list()))
    )


def test_a_claim_is_supported_exactly_where_a_trend_has_a_direction(
    con: duckdb.DuckDBPyConnection,
) -> None:
    add_rate(con, (60, 100), (40, 100), entity="going_up")
    add_rate(con, (501, 1000), (500, 1000), entity="unknown")
    add_rate(con, (50100, 100000), (50000, 100000), entity="level")
    add_rate(con, (20, 29), (1, 29), entity="small")
    written = write_tables(con)
    assert (written["trends"], written["claims"]) == (4, 4)
    rows = con.sql("""
        select claims.entity_id, kind, sentence, is_supported, claims.reason, coverage
        from analysis.claims join analysis.trends
            on subject = concat('approval rate of ', replace(trends.entity_id, '_', ' '))
            and is_supported = (direction is not null)
            and claims.reason is not distinct from trends.reason
        order by claims.entity_id
    """).fetchall()
    assert [row[:2] + row[3:] for row in rows] == [
        ("going_up", "week_over_week", True, None, 0.86),
        ("level", "stable", True, None, 0.86),
        ("small", "week_over_week", False, "not_enough_data", 0.86),
        ("unknown", "week_over_week", False, "no_evidence", 0.86),
    ]
    said = "approval rate of going up is improving: 40.0 % → 60.0 % (two-proportion"
    assert rows[0][2].startswith(said)


def test_tables_are_replaced_and_typed_even_when_there_is_nothing(
    con: duckdb.DuckDBPyConnection,
) -> None:
    add_rate(con, (60, 100), (40, 100))
    write_tables(con)
    con.execute("delete from marts.week_over_week; delete from marts.metric_weekly")
    assert set(write_tables(con).values()) == {0}
    types = dict(
        con.sql("select column_name, column_type from (describe analysis.trends)").fetchall()
    )
    assert (types["week_start"], types["p_value"], types["reason"]) == ("DATE", "DOUBLE", "VARCHAR")
    tables = con.sql("select table_name from duckdb_tables() where schema_name = 'analysis'")
    assert sorted(name for (name,) in tables.fetchall()) == [
        *("anomalies", "claims", "forecasts", "level_shifts", "proof_points", "rests_on", "trends"),
    ]
