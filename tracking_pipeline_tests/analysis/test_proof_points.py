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
