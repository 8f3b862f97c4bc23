"""Which candidates for a case study stand: the statistical ones only if their bound clears."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from tracking_pipeline.analysis.claims import Evidence, claim
from tracking_pipeline.analysis.daily import Daily, daily_series
from tracking_pipeline.analysis.periods import Month
from tracking_pipeline.analysis.quantity import quantity
from tracking_pipeline.analysis.sentences import adjusted
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

_IS_COST = pl.col("metric") == "operational_cost_usd"
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


@dataclass(frozen=True)
class _Tested:
    """What a candidate rests on, one row, the line it has to clear and how both are told."""

    found: Means
    line: float
    wording: str

    @property
    def p_value(self) -> float:
        """The one-sided p-value of the line being cleared."""
        return float(self.found.p_above(np.array([self.line]))[0])


def proof_points(con: duckdb.DuckDBPyConnection, month: Month) -> pl.DataFrame:
    """Return a row per candidate of ``month``: whether it stands, and the sentence to print.

    A score or an ROI must clear its line with the lower bound of its 95 % interval over the days of
    the month, on at least the minimum of days, and survive Benjamini-Hochberg at 5 % among those of
    its client and month; what is counted (statements, engines) stands when it was reached.
    """
    days = (month.end - month.start).days + 1
    daily = daily_series(con, "engines", month.end, days)
    rows = con.execute(_CANDIDATES, [month.start]).pl()
    tests = [_tested(row, daily) if row["needs_test"] else None for row in _dicts(rows)]
    candidates = [each and each.p_value for each in tests]
    named = rows.with_columns(pl.Series("single_p", candidates, pl.Float64).fill_nan(None))
    placed = named.with_row_index("at")
    p_values = adjusted(placed, "single_p", ("client_id", "month_start")).sort("at")["p_value"]
    decided = [
        _counted(row) if test is None else _judged(row, test, p_value, days)
        for row, test, p_value in zip(_dicts(rows), tests, p_values, strict=True)
    ]
    return pl.DataFrame(decided, schema=SCHEMA, orient="row")


def _dicts(rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    return rows.iter_rows(named=True)


def _subject(row: Mapping[str, Any]) -> str:
    return row["label"] if row["engine_id"] is None else f"{row['label']} ({row['engine_id']})"


def _counted(row: Mapping[str, Any]) -> dict[str, object]:
    is_reached = row["status"] == "reached"
    wording = f"{quantity(row['value'], row['unit'])}, line {quantity(row['line'], row['unit'])}"
    return {name: row.get(name) for name in SCHEMA} | {
        "method": "counted",
        "is_supported": is_reached,
        "reason": None if is_reached else "not_enough_data",
        "sentence": f"{_subject(row)}: {wording} (counted, n {row['n']:,}).",
    }


def _judged(
    row: Mapping[str, Any], test: _Tested, p_value: float | None, days: int
) -> dict[str, object]:
    low, high, n = float(test.found.low[0]), float(test.found.high[0]), int(test.found.n[0])
    made = claim(
        Evidence(
            kind="exceeds",
            subject=_subject(row),
            method=means.METHOD,
            n=n,
            minimum_n=max(row["minimum_n"], 2),
            coverage=n / days,
            estimate=float(test.found.mean[0]),
            p_value=p_value,
            interval=(low, high),
            bound=test.line,
            reference="the line of the proof point",
        ),
        test.wording,
    )
    interval = {"ci_low": low, "ci_high": high, "coverage": made.evidence.coverage, "n": n}
    verdict = {"method": means.METHOD, "is_supported": made.is_supported, "reason": made.reason}
    kept = {name: row.get(name) for name in SCHEMA}
    return kept | interval | verdict | {"sentence": made.sentence}


def _tested(row: Mapping[str, Any], daily: Daily) -> _Tested:
    """Return the test of a candidate; its value, line and interval are of one quantity."""
    of_client = daily.only(pl.col("client_id") == row["client_id"])
    scores = of_client.only(pl.col("aggregation") == "score")
    if row["engine_id"] is not None:
        engine = daily_means(scores.only(pl.col("entity_id") == row["engine_id"]).values)
        kept = f"score of the month {quantity(row['value'], 'score')}"
        return _Tested(engine, row["line"], _wording("mean of its days", engine, row, kept))
    if row["proof_id"] == "sustained_excellence":
        best = int(row["line"])
        weakest = _weakest_of_best(scores, best)
        line = {"unit": "score", "line": _BENCHMARK_SCORE}
        kept = f"{row['value']:,.0f} engines above their benchmarks in each of four weeks"
        what = f"mean score of number {best} of the best engines"
        return _Tested(weakest, _BENCHMARK_SCORE, _wording(what, weakest, line, kept))
    returned = _return_on_cost(of_client, row["cost_per_meeting"])
    kept = f"ROI of the month {quantity(row['value'], row['unit'])}"
    what = "ROI of the days with meetings and cost"
    return _Tested(returned, row["line"], _wording(what, returned, row, kept))


def _wording(what: str, found: Means, line: Mapping[str, Any], kept: str) -> str:
    unit, mean = line["unit"], float(found.mean[0])
    return f"{what} {quantity(mean, unit)}, line {quantity(line['line'], unit)}; {kept}"


def _weakest_of_best(scores: Daily, best: int) -> Means:
    """Return the mean score of the last of the ``best`` engines: if it clears, all of them do."""
    means = daily_means(scores.values)
    chosen = np.argsort(-np.nan_to_num(means.low), kind="stable")[best - 1 : best]
    return Means(*(each[chosen] for each in astuple(means)))


def _return_on_cost(of_client: Daily, cost_per_meeting: float | None) -> Means:
    """Return the ROI against the traditional method, in percent, from the days' sums.

    A day on which an engine has data and states no cost is left out.
    """
    meetings = of_client.only((pl.col("metric") == "units_of_work") & (pl.col("entity_id") == "N"))
    costs = of_client.only(_IS_COST)
    is_stated = np.all([_states_costs(each) for each in _by_engine(of_client)], axis=0)
    saved = meetings.total() * (cost_per_meeting or np.nan)
    ratio = daily_ratios(saved, np.where(is_stated, costs.total(), np.nan))
    mean, low, high = (100 * (each - 1) for each in (ratio.mean, ratio.low, ratio.high))
    return Means(ratio.n, mean, 100 * ratio.error, low, high, ratio.freedom)


def _by_engine(of_client: Daily) -> Iterator[Daily]:
    for engine in of_client.keys["entity_id"].unique(maintain_order=True):
        yield of_client.only(pl.col("entity_id") == engine)


def _states_costs(of_engine: Daily) -> npt.NDArray[np.bool_]:
    """Return for each day whether the engine states its cost, or has nothing to state it of."""
    costs = of_engine.only(_IS_COST)
    return ~np.isnan(costs.total()) | np.isnan(of_engine.total())
