"""Which candidates for a case study stand, on series given by hand."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from tracking_pipeline.analysis.periods import Month
from tracking_pipeline.analysis.proof_points import proof_points
from tracking_pipeline_tests.analysis.inputs import create_inputs
from tracking_pipeline_tests.analysis.statistics.simulated import noise

APRIL = Month(date(2026, 4, 1), "")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_inputs(connection)
        connection.execute(
            "insert into seeds.metrics values ('engines', 'performance_score', 'engine', 'Score', "
            "'score', 'higher', 'mean', 'score', 1, 'day')"
        )
        yield connection


def score(con: duckdb.DuckDBPyConnection, **levels: float) -> None:
    """Fill the scores of April around a level an engine."""
    for (engine, level), days in zip(levels.items(), noise(len(levels), 30), strict=True):
        for day, value in enumerate(level + days - np.mean(days)):
            con.execute(
                "insert into marts.daily_series values "
                "('engines', 'acme', 'engine', ?, 'performance_score', ?, ?, 1, 1, 'measured', 1)",
                [engine, APRIL.start + timedelta(days=day), value],
            )


def candidate(con: duckdb.DuckDBPyConnection, proof: str, engine: str | None, line: float) -> None:
    unit = "score" if engine else "count"
    con.execute(
        "insert into marts.proof_point_candidates values "
        "('acme', ?, ?, ?, 'Point', ?, 5, ?, 30, 20, true, 'reached', null)",
        [APRIL.start, proof, engine, unit, line],
    )


def test_sustained_excellence_tells_the_score_that_its_interval_is_of(
    con: duckdb.DuckDBPyConnection,
) -> None:
    score(con, A=130, B=120, C=110, D=90)
    candidate(con, "sustained_excellence", None, 3)
    found = proof_points(con, APRIL).row(0, named=True)
    assert found["is_supported"]
    assert "number 3 of the best engines 110.0, line 100.0; 5 engines above" in found["sentence"]
    assert found["ci_low"] < 110 < found["ci_high"]


def test_an_engine_s_value_is_the_mean_that_its_interval_is_of(
    con: duckdb.DuckDBPyConnection,
) -> None:
    score(con, A=130)
    candidate(con, "engine_excellence", "A", 125)
    found = proof_points(con, APRIL).row(0, named=True)
    assert found["is_supported"]
    assert "mean of its days 130.0, line 125.0; score of the month 5.0" in found["sentence"]


def test_one_engine_just_above_its_line_among_many_below_is_no_evidence(
    con: duckdb.DuckDBPyConnection,
) -> None:
    engines = "ABCDEFGHIJKLMN"
    score(con, **dict.fromkeys(engines, 125.0) | {"A": 125.35})
    candidate(con, "engine_excellence", "A", 125)
    assert proof_points(con, APRIL)["is_supported"].to_list() == [True]
    for engine in engines[1:]:
        candidate(con, "engine_excellence", engine, 125)
    found = proof_points(con, APRIL)
    assert found["is_supported"].to_list() == [False] * len(engines)
    assert set(found["reason"]) == {"no_evidence"}


def test_a_day_on_which_an_engine_states_no_cost_enters_no_return(
    con: duckdb.DuckDBPyConnection,
) -> None:
    for metric, unit in (("units_of_work", "count"), ("operational_cost_usd", "usd")):
        con.execute(
            "insert into seeds.metrics values "
            "('engines', ?, 'engine', ?, ?, 'neutral', 'sum', 'sum', 1, 'day')",
            [metric, metric, unit],
        )
    score(con, A=100)
    con.execute(
        "insert into marts.economics_monthly by name select 'acme' as client_id, "
        "? as month_start, 100 as traditional_cost_per_meeting_usd",
        [APRIL.start],
    )
    for day in range(30):
        of_day = [("N", "units_of_work", 1 + day % 2), ("N", "operational_cost_usd", 10)]
        of_day += [("A", "operational_cost_usd", 40)] if day % 3 else []
        for engine, metric, value in of_day:
            con.execute(
                "insert into marts.daily_series values "
                "('engines', 'acme', 'engine', ?, ?, ?, ?, 1, 1, 'measured', 1)",
                [engine, metric, APRIL.start + timedelta(days=day), value],
            )
    candidate(con, "roi_excellence", None, 150)
    found = proof_points(con, APRIL).row(0, named=True)
    # 20 days state both costs, 50 a day, for 1.5 meetings at 100: a return of 200 %.
    assert found["n"] == 20
    assert "cost 200, line 150" in found["sentence"]
