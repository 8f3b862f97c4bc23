"""Days out of the ordinary, each against the eight weeks before it."""

from collections.abc import Callable

import polars as pl

from tracking_pipeline.analysis.daily import SERIES, Daily
from tracking_pipeline.analysis.finite import finite
from tracking_pipeline.analysis.periods import LONGEST_WINDOW, Week
from tracking_pipeline.analysis.quantity import quantity
from tracking_pipeline.analysis.sentences import adjusted, identified, judged, settled
from tracking_pipeline.analysis.statistics.anomaly import (
    FEWEST,
    Anomalies,
    count_anomalies,
    value_anomalies,
)
from tracking_pipeline.analysis.statistics.series import Array

COLUMNS = [
    *(*SERIES, "metric_date", "week_start", "value", "expected", "low", "high", "score", "n"),
    *("method", "p_value", "adjusted_p_value", "is_supported", "reason"),
]

_IS_COUNT = (pl.col("additivity") == "sum") & (pl.col("unit") == "count")


def anomalies(daily: Daily, week: Week) -> pl.DataFrame:
    """Return a row per series and day of ``week`` that lies outside the limits of its baseline.

    ``daily`` ends with the last whole day of the week. The baseline of a day is the eight weeks
    before it, never the day; a missing day is a gap and no anomaly. Supported where it survives
    Benjamini-Hochberg at 5 % among the days of its client and week.
    """
    days = (daily.end - week.start).days + 1
    judged_by = ((_IS_COUNT, count_anomalies), (~_IS_COUNT, value_anomalies))
    apart = [(daily.only(chosen), judge) for chosen, judge in judged_by]
    parts = [
        _of_last_day(some.before(back), judge)
        for back in range(max(days, 1))
        for some, judge in apart
    ]
    # A week whose first day runs has no day to judge yet.
    rows = (
        pl.concat(parts)
        .filter(pl.col("metric_date") >= week.start)
        .with_columns(week_start=pl.lit(week.start))
    )
    tested = adjusted(rows, "single_p", ("system", "client_id", "week_start"))
    is_outside = (pl.col("estimate") < pl.col("ci_low")) | (pl.col("estimate") > pl.col("ci_high"))
    return identified(_told(judged(tested.filter(is_outside))), "kind", "metric_date")


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of ``analysis.anomalies`` of what ``anomalies`` returned."""
    named = settled(rows).with_columns(value="estimate", low="ci_low", high="ci_high")
    return named.select(COLUMNS)


def _of_last_day(daily: Daily, judge: Callable[[Array, Array], Anomalies]) -> pl.DataFrame:
    """Return each series with a value on the last day of ``daily``, beside its limits."""
    newest = daily.values[:, -1]
    found = judge(daily.values[:, -LONGEST_WINDOW - 1 : -1], newest)
    rows = daily.keys.with_columns(
        metric_date=pl.lit(daily.end),
        kind=pl.lit("anomaly"),
        method=pl.lit(found.method),
        n=pl.Series(found.n, dtype=pl.Int64),
        minimum_n=pl.lit(FEWEST, pl.Int64),
        coverage=pl.Series(found.n / LONGEST_WINDOW, dtype=pl.Float64),
        estimate=pl.Series(newest, dtype=pl.Float64),
        expected=pl.Series(found.expected, dtype=pl.Float64),
        ci_low=pl.Series(found.low, dtype=pl.Float64),
        ci_high=pl.Series(found.high, dtype=pl.Float64),
        score=pl.Series(found.score, dtype=pl.Float64),
        single_p=pl.Series(found.p_value, dtype=pl.Float64),
        bound=pl.lit(0.0),
    )
    floats = finite(pl.col(pl.Float64).exclude("coverage"))
    return rows.with_columns(floats).filter(pl.col("estimate").is_not_null())


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    said = [
        f"{quantity(row['estimate'], row['unit'])} on {row['metric_date']}, "
        f"{quantity(row['expected'], row['unit'])} expected"
        for row in rows.iter_rows(named=True)
    ]
    return rows.with_columns(pl.Series("wording", said, pl.String))
