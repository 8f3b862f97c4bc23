"""Who stands above a benchmark, or above the others."""

import duckdb
import numpy as np
import polars as pl

from tracking_pipeline.analysis.daily import SERIES, Daily
from tracking_pipeline.analysis.finite import finite
from tracking_pipeline.analysis.periods import Week
from tracking_pipeline.analysis.quantity import quantity
from tracking_pipeline.analysis.sentences import adjusted, identified, judged
from tracking_pipeline.analysis.statistics import means, ranking
from tracking_pipeline.analysis.statistics.means import daily_means
from tracking_pipeline.analysis.statistics.series import Array
from tracking_pipeline.analysis.trends import WINDOW_DAYS

FEWEST = 14
"""Days of the four weeks; fewer say little about a month."""

_BENCHMARKS = f"""
    select {", ".join(SERIES)}, benchmark as bound
    from marts.benchmark_comparison_weekly
    where system = $system and week_start = $week and benchmark is not null
    and provenance in (select provenance from marts.daily_series where system = $system)
"""


def exceeding(con: duckdb.DuckDBPyConnection, daily: Daily, week: Week) -> pl.DataFrame:
    """Return a row of evidence per series whose mean of 28 days may be better than its benchmark.

    Supported where its one-sided test survives Benjamini-Hochberg at 5 % among the series of its
    client and week that have a benchmark, and the whole 95 % interval of the mean lies on the
    better side; refused ones are kept, for they were tested. The benchmark of a week's sum is seven
    times that of a day; a sum is left out. Of the benchmarks those count
    whose provenance the daily series keep.
    """
    window = daily.last(WINDOW_DAYS).only(pl.col("additivity") != "sum")
    benchmarks = con.execute(_BENCHMARKS, {"system": week.system, "week": week.start}).pl()
    compared = window.keys.join(benchmarks, on=SERIES, how="left", maintain_order="left")
    found = window.by_client(daily_means)
    above = found.p_above(compared["bound"].cast(pl.Float64).fill_null(np.nan).to_numpy())
    rows = _evidence(window, "exceeds", means.METHOD, found.n).with_columns(
        compared["bound"],
        estimate=pl.Series(found.mean, dtype=pl.Float64),
        ci_low=pl.Series(found.low, dtype=pl.Float64),
        ci_high=pl.Series(found.high, dtype=pl.Float64),
        above=pl.Series(above, dtype=pl.Float64),
    )
    is_lower = pl.col("better") == "lower"
    one_sided = pl.when(is_lower).then(1 - pl.col("above")).otherwise("above")
    tested = _known(rows.with_columns(single_p=one_sided).filter(pl.col("n") >= FEWEST), week)
    said = [
        f"mean {quantity(row['estimate'], row['unit'])} over the {WINDOW_DAYS} days to "
        f"{window.end}, benchmark {quantity(row['bound'], row['unit'])}"
        for row in tested.iter_rows(named=True)
    ]
    worded = tested.with_columns(pl.Series("wording", said, pl.String))
    found_out = adjusted(worded, "single_p", ("system", "client_id", "week_start"))
    return identified(judged(found_out), "kind")


def leading(daily: Daily, week: Week) -> pl.DataFrame:
    """Return a row of evidence per entity whose score lies above the mean of its client's.

    Supported where the 95 % interval of the score over 28 days, drawn towards the client's mean,
    lies above it; the interval of the rank is told beside it. No p-value is adjusted for the many:
    shrinkage already allows for the choice of the best (Morris 1983), since without a spread
    beyond the errors every score is drawn onto the mean.
    """
    scores = daily.last(WINDOW_DAYS).only(pl.col("aggregation") == "score")
    clients = scores.keys["client_id"].unique(maintain_order=True)
    parts = [_ranked(scores.only(pl.col("client_id") == client), week) for client in clients]
    none = _ranked(scores.only(pl.lit(value=False)), week)
    known = _known(pl.concat([none, *parts]), week)
    leaders = judged(known.with_columns(p_value=pl.lit(None, pl.Float64)))
    return identified(leaders.filter(pl.col("reason").is_null()), "kind")


def _ranked(cohort: Daily, week: Week) -> pl.DataFrame:
    found = ranking.ranking(cohort.values, seed=week.start.toordinal())
    said = [
        f"score {score:.1f} (unshrunk {raw:.1f}), rank {rank:g} of {len(found.rank)} "
        f"(95 % interval {low:g} to {high:g}), mean of all {found.group_mean:.1f}"
        for score, raw, rank, low, high in zip(
            found.shrunk, found.mean, found.rank, found.rank_low, found.rank_high, strict=True
        )
    ]
    return _evidence(cohort, "top_performer", ranking.METHOD, found.n).with_columns(
        estimate=pl.Series(found.shrunk, dtype=pl.Float64),
        ci_low=pl.Series(found.low, dtype=pl.Float64),
        ci_high=pl.Series(found.high, dtype=pl.Float64),
        bound=pl.lit(found.group_mean, pl.Float64),
        wording=pl.Series(said, dtype=pl.String),
    )


def _evidence(daily: Daily, kind: str, method: str, n: Array) -> pl.DataFrame:
    return daily.keys.with_columns(
        kind=pl.lit(kind),
        method=pl.lit(method),
        n=pl.Series(n, dtype=pl.Int64),
        minimum_n=pl.lit(FEWEST, pl.Int64),
        coverage=pl.Series(n / WINDOW_DAYS, dtype=pl.Float64),
    )


def _known(rows: pl.DataFrame, week: Week) -> pl.DataFrame:
    """Return the rows that have both an estimate and something to clear."""
    floats = finite(pl.col("estimate", "ci_low", "ci_high", "bound"))
    dated = rows.with_columns(floats, week_start=pl.lit(week.start))
    return dated.filter(pl.col("estimate").is_not_null() & pl.col("bound").is_not_null())
