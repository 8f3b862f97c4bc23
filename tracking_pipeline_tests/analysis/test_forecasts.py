"""What is forecast of totals when some days of some clients are missing."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest

from tracking_pipeline.analysis.forecasts import forecasts
from tracking_pipeline.analysis.periods import Month
from tracking_pipeline_tests.analysis.inputs import create_inputs

APRIL = Month(date(2026, 4, 1), "")
DAYS = 84


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_inputs(connection)
        yield connection


def spend(con: duckdb.DuckDBPyConnection, client: str, daily: float, days: range) -> None:
    con.executemany(
        "insert into marts.daily_series values "
        "('engines', ?, 'engine', 'A', 'operational_cost_usd', ?, ?, 1, 1, 'measured', 1)",
        [(client, APRIL.end - timedelta(days=ago), daily) for ago in days],
    )


def of_all(con: duckdb.DuckDBPyConnection) -> tuple[object, ...]:
    rows = forecasts(con, APRIL).rows(named=True)
    (found,) = [row for row in rows if row["client_id"] is None]
    return found["value"], found["n"], found["reason"]


def test_a_day_that_one_client_misses_is_no_day_of_all(con: duckdb.DuckDBPyConnection) -> None:
    spend(con, "acme", 10, range(DAYS))
    spend(con, "birch", 100, range(5, DAYS))
    assert of_all(con) == (31 * 110.0, DAYS - 5, None)


def test_before_a_client_joined_the_others_are_all(con: duckdb.DuckDBPyConnection) -> None:
    spend(con, "acme", 10, range(DAYS))
    spend(con, "birch", 0, range(40))
    assert of_all(con) == (31 * 10.0, DAYS, None)


def test_a_client_that_left_is_missed_for_four_weeks(con: duckdb.DuckDBPyConnection) -> None:
    spend(con, "acme", 10, range(DAYS))
    spend(con, "birch", 0, range(40, DAYS))
    assert of_all(con) == (31 * 10.0, DAYS - 28, None)


def test_without_days_that_all_clients_have_nothing_is_forecast(
    con: duckdb.DuckDBPyConnection,
) -> None:
    spend(con, "acme", 10, range(DAYS))
    spend(con, "birch", 10, range(0, DAYS, 4))
    # Every fourth day, and the three before the first of them.
    assert of_all(con) == (None, DAYS // 4 + 3, "not_enough_data")


@pytest.mark.parametrize("daily", [0.0, 0.1, 4.2, 1234.56])
def test_a_constant_daily_cost_has_no_error_to_be_measured_by(
    con: duckdb.DuckDBPyConnection, daily: float
) -> None:
    spend(con, "acme", daily, range(DAYS))
    for row in forecasts(con, APRIL).rows(named=True):
        assert row["value"] == pytest.approx(31 * daily)
        assert row["mase"] is None
