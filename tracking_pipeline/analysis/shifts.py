"""Where daily series jumped to another level."""

from datetime import timedelta

import polars as pl

from tracking_pipeline.analysis.daily import SERIES, Daily
from tracking_pipeline.analysis.finite import finite
from tracking_pipeline.analysis.periods import LONGEST_WINDOW, Week
from tracking_pipeline.analysis.quantity import quantity
from tracking_pipeline.analysis.sentences import adjusted, identified, judged, settled
from tracking_pipeline.analysis.statistics.level_shift import FEWEST, METHOD, level_shifts
from tracking_pipeline.analysis.trends import STABLE_SHARE

TOLD_DAYS = 28
"""A shift is told in the weeks that begin within so many days of it."""

COLUMNS = [
    *(*SERIES, "week_start", "shift_date", "before", "after", "change", "ci_low", "ci_high", "n"),
    *("method", "statistic", "p_value", "adjusted_p_value", "is_supported", "reason"),
]


def shifts(daily: Daily, week: Week) -> pl.DataFrame:
    """Return a row per series with 28 days in the eight weeks ``daily``: its strongest break.

    Supported where it survives Benjamini-Hochberg at 5 % among those of the client, is larger
    than 5 % of the level before and fits the series better than a straight line does.
    """
    window = daily.last(LONGEST_WINDOW)
    found = window.by_client(level_shifts)
    first = window.end - timedelta(days=LONGEST_WINDOW - 1)
    rows = window.keys.with_columns(
        week_start=pl.lit(week.start),
        kind=pl.lit("level_shift"),
        method=pl.lit(METHOD),
        shift_date=pl.Series(
            [first + timedelta(days=int(at)) for at in found.position], dtype=pl.Date
        ),
        n=pl.Series(found.n, dtype=pl.Int64),
        minimum_n=pl.lit(FEWEST, pl.Int64),
        coverage=pl.Series(found.n / LONGEST_WINDOW),
        statistic=pl.Series(found.statistic),
        single_p=pl.Series(found.p_value),
        before=pl.Series(found.before),
        after=pl.Series(found.after),
        estimate=pl.Series(found.change),
        ci_low=pl.Series(found.ci_low),
        ci_high=pl.Series(found.ci_high),
        bound=pl.Series(STABLE_SHARE * abs(found.before)),
        is_step=pl.Series(found.is_step),
    ).filter(pl.col("n") >= FEWEST)
    floats = finite(pl.col(pl.Float64).exclude("coverage"))
    tested = adjusted(rows.with_columns(floats), "single_p", ("system", "client_id", "week_start"))
    # A slope breaks anywhere: what a line describes as well is left to the trend.
    stepped = tested.with_columns(p_value=pl.when("is_step").then(pl.col("p_value")))
    return identified(_told(judged(stepped)), "kind")


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of ``analysis.level_shifts`` of what ``shifts`` returned."""
    return settled(rows).with_columns(change="estimate").select(COLUMNS)


def to_tell(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the supported shifts that are recent enough to be a claim of their week."""
    age = pl.col("week_start") - pl.col("shift_date")
    return rows.filter(pl.col("reason").is_null() & (age < timedelta(days=TOLD_DAYS)))


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    said = [
        f"{quantity(row['before'], row['unit'])} → {quantity(row['after'], row['unit'])} "
        f"since {row['shift_date']}"
        for row in rows.iter_rows(named=True)
    ]
    return rows.with_columns(pl.Series("wording", said, pl.String))
