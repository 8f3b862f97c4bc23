"""Which candidates for a case study stand: the statistical ones only if their bound clears."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import duckdb
import numpy as np
import polars as pl

from tracking_pipeline.analysis.claims import Evidence, claim
from tracking_pipeline.analysis.daily import Daily, daily_series
from tracking_pipeline.analysis.periods import Month
from tracking_pipeline.analysis.quantity import quantity
from tracking_pipeline.analysis.statistics import means
from tracking_pipeline.analysis.statistics.means import Means, daily_means, daily_ratios

_CANDIDATES = """
    select points.*, economics.traditional_cost_per_meeting_usd as cost_per_meeting
    from marts.proof_point_candidates as points
    left join marts.economics_monthly as economics
        using (client_id, month_start)
    where month_start = ?
    order by all
"""

_BENCHMARK_SCORE = 100.0
"""The score of an engine that reaches its benchmarks."""

SCHEMA = {
    "client_id": pl.String,
    "month_start": pl.Date,
    "proof_id": pl.String,
    "engine_id": pl.String,
    "label": pl.String,
    "unit": pl.String,
    "value": pl.Float64,
    "line": pl.Float64,
    "n": pl.Int64,
    "minimum_n": pl.Int64,
    "method": pl.String,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "coverage": pl.Float64,
    "is_supported": pl.Boolean,
    "reason": pl.String,
    "sentence": pl.String,
    "detail": pl.String,
}


def proof_points(con: duckdb.DuckDBPyConnection, month: Month) -> pl.DataFrame:
    """Return a row per candidate of ``month``: whether it stands, and the sentence to print.

    A score or an ROI must clear its line with the lower bound of its 95 % interval over the days of
    the month, on at least the minimum of days; what is counted (statements, engines) stands when it
    was reached.
    """
    days = (month.end - month.start).days + 1
    daily = daily_series(con, "engines", month.end, days)
    rows = con.execute(_CANDIDATES, [month.start]).pl().iter_rows(named=True)
    decided = [_decided(row, daily) for row in rows]
    return pl.DataFrame(decided, schema=SCHEMA, orient="row")


def _decided(row: Mapping[str, Any], daily: Daily) -> dict[str, object]:
    kept = {name: row.get(name) for name in SCHEMA}
    subject = row["label"] if row["engine_id"] is None else f"{row['label']} ({row['engine_id']})"
    wording = f"{quantity(row['value'], row['unit'])}, line {quantity(row['line'], row['unit'])}"
    if not row["needs_test"]:
        is_reached = row["status"] == "reached"
        reason = None if is_reached else "not_enough_data"
        verdict = {"method": "counted", "is_supported": is_reached, "reason": reason}
        return kept | verdict | {"sentence": f"{subject}: {wording} (counted, n {row['n']:,})."}
    found, line = _tested(row, daily)
    low, high, n = float(found.low[0]), float(found.high[0]), int(found.n[0])
    made = claim(
        Evidence(
            kind="exceeds",
            subject=subject,
            method=means.METHOD,
            n=n,
            minimum_n=max(row["minimum_n"], 2),
            coverage=n / daily.values.shape[1],
            estimate=row["value"],
            interval=(low, high),
            bound=line,
            reference="the line of the proof point",
        ),
        wording,
    )
    interval = {"ci_low": low, "ci_high": high, "coverage": made.evidence.coverage, "n": n}
    verdict = {"method": means.METHOD, "is_supported": made.is_supported, "reason": made.reason}
    return kept | interval | verdict | {"sentence": made.sentence}


def _tested(row: Mapping[str, Any], daily: Daily) -> tuple[Means, float]:
    """Return what the candidate rests on, and the line it has to clear."""
    of_client = daily.only(pl.col("client_id") == row["client_id"])
    scores = of_client.only(pl.col("aggregation") == "score")
    if row["engine_id"] is not None:
        engine = scores.only(pl.col("entity_id") == row["engine_id"])
        return daily_means(engine.values), row["line"]
    if row["proof_id"] == "sustained_excellence":
        return _weakest_of_best(scores, int(row["line"])), _BENCHMARK_SCORE
    return _return_on_cost(of_client, row["cost_per_meeting"]), row["line"]


def _weakest_of_best(scores: Daily, best: int) -> Means:
    """Return the mean score of the last of the ``best`` engines: if it clears, all of them do."""
    means = daily_means(scores.values)
    chosen = np.argsort(-np.nan_to_num(means.low), kind="stable")[best - 1 : best]
    return Means(*(each[chosen] for each in astuple(means)))


def _return_on_cost(of_client: Daily, cost_per_meeting: float | None) -> Means:
    """Return the ROI against the traditional method, in percent, from the days' sums."""
    meetings = of_client.only((pl.col("metric") == "units_of_work") & (pl.col("entity_id") == "N"))
    costs = of_client.only(pl.col("metric") == "operational_cost_usd")
    saved = meetings.total() * (cost_per_meeting or np.nan)
    ratio = daily_ratios(saved, costs.total())
    mean, low, high = (100 * (each - 1) for each in (ratio.mean, ratio.low, ratio.high))
    return Means(ratio.n, mean, 100 * ratio.error, low, high)
