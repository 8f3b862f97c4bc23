"""What changed: week against week where records are tested, over four weeks where days are."""

from collections.abc import Callable

import duckdb
import polars as pl

from tracking_pipeline.analysis.comparison import Comparison, Sample, compare_means, compare_rates
from tracking_pipeline.analysis.daily import SERIES, SUBJECT, Daily
from tracking_pipeline.analysis.finite import finite
from tracking_pipeline.analysis.periods import Week
from tracking_pipeline.analysis.quantity import quantity
from tracking_pipeline.analysis.sentences import adjusted, identified, judged
from tracking_pipeline.analysis.statistics import trend

STABLE_SHARE = 0.05
"""Inside this share of its level a change is none; a trend must go beyond it."""

WINDOW_DAYS = 28

_TESTS: dict[str, Callable[[Sample, Sample], Comparison]] = {
    "rate": compare_rates,
    "share": compare_rates,
    "label_coverage": compare_rates,
    "mean": compare_means,
}

FEWEST = 10
"""Below so many observations in a week the approximations behind the tests do not hold."""

_CATALOGUE = f"""
    metrics.unit, metrics.direction as better, {SUBJECT} as subject
    from weeks
    join seeds.metrics as metrics using (system, entity_type, metric)
    left join seeds.engines as engines
        on weeks.entity_type = 'engine' and weeks.entity_id = engines.engine_id
"""

_RECORD_WEEKS = f"""
    with weeks as (from marts.week_over_week where system = $system and week_start = $week)
    select
        weeks.*, figures.coverage, metrics.aggregation,
        greatest(metrics.minimum_sample, {FEWEST})::bigint as minimum_n, {_CATALOGUE}
    left join marts.metric_weekly as figures
        using (system, client_id, entity_type, entity_id, metric, week_start)
    where metrics.sampling = 'record'
"""

_DAY_WEEKS = f"""
    with

    scores as (
        select scores.*, metrics.metric
        from marts.scores_weekly as scores
        join seeds.metrics as metrics using (system, entity_type)
        where
            metrics.aggregation = 'score' and system = $system
            and week_start in ($week, $week::date - 7)
    ),

    weeks as (
        select
            system, client_id, entity_type, entity_id, metric, week_start, value,
            previous_value, change_pct
        from marts.week_over_week
        where system = $system and week_start = $week
        union all
        select
            scores.system, scores.client_id, scores.entity_type, scores.entity_id, scores.metric,
            scores.week_start, scores.performance_score::double, before.performance_score::double,
            (scores.performance_score - before.performance_score)::double
            / nullif(before.performance_score, 0) * 100
        from scores
        left join scores as before
            on (before.system, before.client_id, before.entity_type, before.entity_id)
            = (scores.system, scores.client_id, scores.entity_type, scores.entity_id)
            and before.week_start = scores.week_start - 7
        where scores.week_start = $week
    )

    select weeks.*, {_CATALOGUE}
    where metrics.sampling = 'day'
"""

COLUMNS = [
    *(*SERIES, "week_start", "value", "previous_value", "change_pct", "n", "previous_n"),
    *("method", "statistic", "p_value", "ci_low", "ci_high"),
    *("significance", "direction", "reason", "adjusted_p_value"),
]


def trends(con: duckdb.DuckDBPyConnection, daily: Daily, week: Week) -> pl.DataFrame:
    """Return a row per series of ``week``: its test and what may be said of it.

    Where records are the independent unit, rates are tested week against week by two-proportion z,
    means by Welch, other aggregations not at all; where days are, by the trend of the last 28 of
    ``daily``, which ends with the week's last whole day (``n`` counts them). A rate of hours
    (uptime) is tested as that share of its n observations. A direction stands only where it
    survives Benjamini-Hochberg at 5 % among the tests of the client and week
    (``adjusted_p_value``); ``significance`` grades the single test (figures.md). The interval is of
    the difference, or of the change over the 28 days, in the metric's unit.
    """
    of_week = {"system": week.system, "week": week.start}
    records = _record_rows(con.execute(_RECORD_WEEKS, of_week).pl())
    days = _day_rows(con.execute(_DAY_WEEKS, of_week).pl(), daily)
    rows = pl.concat([records, days], how="diagonal_relaxed")
    is_enough = pl.col("n") >= pl.col("minimum_n")
    tested = rows.with_columns(candidate=pl.when(is_enough).then(pl.col("single_p")))
    graded = _of_a_kind(adjusted(tested, "candidate", ("system", "client_id", "week_start")))
    return identified(_told(judged(graded)))


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of ``analysis.trends`` of what ``trends`` returned."""
    return (
        rows.with_columns(n="shown_n", adjusted_p_value="p_value")
        .with_columns(p_value="single_p")
        .select(COLUMNS)
    )


def _record_rows(weeks: pl.DataFrame) -> pl.DataFrame:
    """Add method, statistic and interval of each test; NULL where there is none."""
    parts = [weeks.filter(~pl.col("aggregation").is_in(list(_TESTS)))]
    for aggregation, test in _TESTS.items():
        part = weeks.filter(pl.col("aggregation") == aggregation)
        result = test(_sample(part, ""), _sample(part, "previous_"))
        parts.append(
            part.with_columns(
                pl.lit(result.method).alias("method"),
                pl.Series("statistic", result.statistic),
                pl.Series("single_p", result.p_value),
                pl.Series("ci_low", result.ci_low),
                pl.Series("ci_high", result.ci_high),
            )
        )
    return _rounded(pl.concat(parts, how="diagonal")).with_columns(
        changed_kind=pl.lit("week_over_week"),
        shown_n="n",
        n=pl.min_horizontal(pl.col("n").fill_null(0), pl.col("previous_n").fill_null(0)),
        estimate=pl.col("value") - pl.col("previous_value"),
        bound=STABLE_SHARE * pl.col("previous_value").abs().fill_null(0),
        told_from="previous_value",
        told_to="value",
        told_when=pl.lit(""),
    )


def _sample(weeks: pl.DataFrame, prefix: str) -> Sample:
    """Return the sums of a week; the successes of a rate are as many as it says of its n."""
    successes = pl.col(f"{prefix}n") * pl.col(f"{prefix}value")
    total = pl.when(aggregation="mean").then(pl.col(f"{prefix}sum")).otherwise(successes.round(6))
    columns = (pl.col(f"{prefix}n"), total, pl.col(f"{prefix}sum_of_squares"))
    sums = (weeks.select(column.cast(pl.Float64).fill_null(0)).to_series() for column in columns)
    return Sample(*(each.to_numpy() for each in sums))


def _day_rows(weeks: pl.DataFrame, daily: Daily) -> pl.DataFrame:
    """Add the trend of each series; NULL where it has no day."""
    window = daily.last(WINDOW_DAYS)
    found = window.by_client(trend.daily_trends)
    tested = window.keys.select(SERIES).with_columns(
        method=pl.lit(trend.METHOD),
        n=pl.Series(found.n, dtype=pl.Int64),
        shown_n=pl.Series(found.n, dtype=pl.Int64),
        coverage=pl.Series(found.n / WINDOW_DAYS),
        statistic=pl.Series(found.score),
        single_p=pl.Series(found.p_value),
        ci_low=pl.Series(found.ci_low),
        ci_high=pl.Series(found.ci_high),
        estimate=pl.Series(found.change),
        bound=pl.Series(STABLE_SHARE * abs(found.level)),
        told_from=pl.Series(found.level - found.change / 2),
        told_to=pl.Series(found.level + found.change / 2),
    )
    rows = _rounded(weeks.join(tested, on=SERIES, how="left"))
    return rows.with_columns(
        pl.col("n", "shown_n", "bound").fill_null(0),
        changed_kind=pl.lit("trend"),
        minimum_n=pl.lit(trend.FEWEST, pl.Int64),
        told_when=pl.lit(f" over the {WINDOW_DAYS} days to {daily.end}"),
    )


def _rounded(rows: pl.DataFrame) -> pl.DataFrame:
    floats = pl.col(pl.Float64).exclude("value", "previous_value", "change_pct", "coverage")
    return rows.with_columns(finite(floats))


def _of_a_kind(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``kind``, stable or changed, and the grade of the single test."""
    is_within = (-pl.col("bound") <= pl.col("ci_low")) & (pl.col("ci_high") <= pl.col("bound"))
    p = pl.col("single_p")
    grade = pl.when(p < 0.01).then(pl.lit("high")).when(p < 0.05).then(pl.lit("medium"))  # noqa: PLR2004 - seed 001
    return rows.with_columns(
        kind=pl.when(is_within).then(pl.lit("stable")).otherwise(pl.col("changed_kind")),
        significance=pl.when(pl.col("p_value").is_not_null()).then(grade.otherwise(pl.lit("low"))),
    )


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``wording``: the figures before and after."""
    said = [
        f"{quantity(row['told_from'], row['unit'])} → {quantity(row['told_to'], row['unit'])}"
        f"{row['told_when']}"
        for row in rows.select("told_from", "told_to", "told_when", "unit").iter_rows(named=True)
    ]
    return rows.with_columns(pl.Series("wording", said, pl.String))
