"""Twelve weeks of daily series of ten engines, from the tables that the analysis reads."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl
import pytest

from tracking_pipeline.analysis.daily import Daily
from tracking_pipeline.analysis.statistics.series import Array
from tracking_pipeline.analysis.statistics.trend import daily_trends
from tracking_pipeline.analysis.tables import write_tables
from tracking_pipeline_tests.analysis.inputs import create_inputs
from tracking_pipeline_tests.analysis.statistics.simulated import noise

SUNDAY = date(2026, 3, 1)
DAYS = 84
AS_OF = SUNDAY + timedelta(days=DAYS)
ENGINES = "ABCDEFGHIJ"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_inputs(connection)
        for metric, aggregation in (("accuracy", "mean"), ("performance_score", "score")):
            connection.execute(
                "insert into seeds.metrics values ('engines', ?, 'engine', ?, 'score', 'higher', "
                "'mean', ?, 1, 'day')",
                [metric, metric.replace("_", " ").capitalize(), aggregation],
            )
        yield connection


def plain() -> Array:
    return 100 + 2 * noise(len(ENGINES), DAYS, phi=0.3)


def fill(con: duckdb.DuckDBPyConnection, values: Array, *, metric: str = "accuracy") -> None:
    rows = [
        ("engines", "acme", "engine", ENGINES[at], metric, SUNDAY + timedelta(days=day), value)
        for (at, day), value in np.ndenumerate(values)
        if not np.isnan(value)
    ]
    names = ["system", "client_id", "entity_type", "entity_id", "metric", "metric_date", "value"]
    con.register("given", pl.DataFrame(rows, schema=names, orient="row"))
    con.execute(
        "insert into marts.daily_series by name "
        "select *, 1 as n, 1 as coverage, 'measured' as provenance, 1 as last_batch_id from given"
    )
    con.execute(
        "insert into marts.week_over_week by name select system, client_id, entity_type, "
        "entity_id, metric, (metric_date - dayofweek(metric_date)::int)::date as week_start, "
        "avg(value) as value from given where metric != 'performance_score' group by all"
    )


def test_clients_do_not_influence_each_other() -> None:
    values = noise(6, 28, phi=0.3)
    keys = pl.DataFrame({"client_id": ["acme"] * 2 + ["birch"] * 4})
    found = Daily(keys, values, AS_OF).by_client(daily_trends)
    apart = [daily_trends(values[:2]).p_value, daily_trends(values[2:]).p_value]
    assert found.p_value.tolist() == np.concatenate(apart).tolist()


def claimed(con: duckdb.DuckDBPyConnection, kind: str) -> set[tuple[str, date]]:
    found = con.execute(
        "select entity_id, week_start from analysis.claims where is_supported and kind = ?", [kind]
    )
    return set(found.fetchall())


def test_a_planted_trend_is_told_with_its_window(con: duckdb.DuckDBPyConnection) -> None:
    values = plain()
    values[3] += np.concatenate([np.zeros(56), np.linspace(0, 30, 28)])
    fill(con, values)
    write_tables(con, AS_OF)
    assert ("D", AS_OF - timedelta(days=7)) in claimed(con, "trend")
    assert {entity for entity, _ in claimed(con, "trend")} == {"D"}
    (sentence,) = con.sql(
        "select sentence from analysis.claims where kind = 'trend' and is_supported "
        "order by week_start desc limit 1"
    ).fetchall()[0]
    assert sentence.startswith("Accuracy of D is improving: ")
    assert f"over the 28 days to {AS_OF - timedelta(days=1)}" in sentence


def test_a_planted_shift_is_told_with_its_day(con: duckdb.DuckDBPyConnection) -> None:
    values = plain()
    values[4, 60:] += 20
    fill(con, values)
    write_tables(con, AS_OF)
    found = con.sql(
        "select distinct entity_id, shift_date from analysis.level_shifts where is_supported"
    ).fetchall()
    assert found == [("E", SUNDAY + timedelta(days=60))]
    assert {entity for entity, _ in claimed(con, "level_shift")} == {"E"}


def test_a_planted_outlier_is_an_anomaly_of_its_day(con: duckdb.DuckDBPyConnection) -> None:
    values = plain()
    values[5, DAYS - 3] -= 25
    fill(con, values)
    write_tables(con, AS_OF)
    found = con.sql("select entity_id, metric_date from analysis.anomalies where is_supported")
    anomalies = found.fetchall()
    assert ("F", SUNDAY + timedelta(days=DAYS - 3)) in anomalies
    # Twelve weeks at 5 % each.
    assert len(anomalies) <= 2


def test_an_outage_is_a_gap_and_neither_a_trend_nor_a_shift_nor_an_anomaly(
    con: duckdb.DuckDBPyConnection,
) -> None:
    values = plain()
    values[2, DAYS - 12 :] = np.nan
    values[6, 50:60] = np.nan
    fill(con, values)
    write_tables(con, AS_OF)
    told = con.sql(
        "select count(*) from analysis.claims where is_supported and entity_id in ('C', 'G') "
        "and kind in ('trend', 'level_shift', 'anomaly')"
    )
    assert told.fetchall() == [(0,)]


def test_a_leader_of_the_scores_is_a_top_performer_with_its_rank(
    con: duckdb.DuckDBPyConnection,
) -> None:
    values = plain()
    values[7] += 20
    fill(con, values, metric="performance_score")
    write_tables(con, AS_OF)
    assert {entity for entity, _ in claimed(con, "top_performer")} == {"H"}


@pytest.mark.parametrize(
    ("benchmark", "provenance", "is_told"),
    [(95.0, "measured", True), (99.9, "measured", False), (95.0, "simulated", None)],
)
def test_a_mean_exceeds_its_benchmark_when_its_interval_clears_it(
    con: duckdb.DuckDBPyConnection, benchmark: float, provenance: str, *, is_told: bool | None
) -> None:
    fill(con, plain())
    week = AS_OF - timedelta(days=7)
    con.execute(
        "insert into marts.benchmark_comparison_weekly values "
        "('engines', 'acme', 'engine', 'A', 'accuracy', ?, 100, ?, ?, 1)",
        [week, benchmark, provenance],
    )
    write_tables(con, AS_OF)
    query = "select is_supported from analysis.claims where kind = 'exceeds'"
    # A refused claim is kept: it was tested. A simulated benchmark is none.
    assert con.sql(query).fetchall() == ([] if is_told is None else [(is_told,)])


def test_the_day_that_runs_enters_no_series(con: duckdb.DuckDBPyConnection) -> None:
    values = plain()
    values[5, -1] -= 50
    fill(con, values)
    write_tables(con, AS_OF - timedelta(days=1))
    last = AS_OF - timedelta(days=1)
    query = "select entity_id from analysis.anomalies where is_supported and metric_date = ?"
    assert con.execute(query, [last]).fetchall() == []
    write_tables(con, AS_OF)
    assert con.execute(query, [last]).fetchall() == [("F",)]


def test_on_a_sunday_the_week_that_begins_has_no_day_to_judge(
    con: duckdb.DuckDBPyConnection,
) -> None:
    fill(con, plain())
    sunday = AS_OF - timedelta(days=7)
    write_tables(con, sunday)
    (judged,) = con.execute(
        "select count(*), count(*) filter (where week_start = ?) from analysis.anomalies", [sunday]
    ).fetchall()
    assert judged[0] > judged[1] == 0


def test_late_data_is_analysed_from_its_week_on_and_nothing_before(
    con: duckdb.DuckDBPyConnection,
) -> None:
    fill(con, plain())
    write_tables(con, AS_OF)
    before = dict(con.sql("select period, rests_on from analysis.rests_on").fetchall())
    late = SUNDAY + timedelta(days=73)
    con.execute(
        "update marts.daily_series set value = 90, last_batch_id = 2 "
        "where entity_id = 'A' and metric_date = ?",
        [late],
    )
    write_tables(con, AS_OF)
    after = dict(con.sql("select period, rests_on from analysis.rests_on").fetchall())
    changed = {period for period in before if before[period] != after[period]}
    assert changed == {"engines week 2026-05-10", "engines week 2026-05-17"}


def test_weeks_brought_up_to_date_equal_weeks_computed_anew(
    con: duckdb.DuckDBPyConnection,
) -> None:
    fill(con, plain()[:, :70])
    write_tables(con, SUNDAY + timedelta(days=70))
    con.execute("delete from marts.daily_series; delete from marts.week_over_week")
    fill(con, plain())
    write_tables(con, AS_OF)
    names = ("trends", "level_shifts", "anomalies", "claims")
    kept = {name: set(con.sql(f"from analysis.{name}").fetchall()) for name in names}
    con.execute("drop schema analysis cascade")
    write_tables(con, AS_OF)
    assert kept == {name: set(con.sql(f"from analysis.{name}").fetchall()) for name in names}
    assert kept["trends"]
