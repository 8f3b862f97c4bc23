"""Whether an engineer's capabilities answer faster or slower than they did, from sums alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from tracking_pipeline.analysis.comparison import Comparison, Sample, compare_means
from tracking_pipeline.analysis.statistics.discovery import adjusted_p_values

TrendWord = Literal["improving", "degrading", "stable", "no_evidence", "insufficient_data"]

METHOD: Final = "Welch t test of the daily means, t interval"

BOUND: Final = 0.15
"""A change of the mean duration beyond this share counts (figures.md, Telemetry)."""

FEWEST: Final = 10
"""So many executions tell a trend (figures.md, Telemetry)."""

FEWEST_DAYS: Final = 3
"""Days of each half: executions of one day resemble each other, so that days are what is tested."""

_SURE: Final = 0.05


@dataclass(frozen=True)
class Half:
    """Half of a capability's executions, the earlier or the later one; durations in ms.

    ``day_mean`` and ``day_sd`` are those of the means of its ``days``; a day that both halves share
    counts in each with the executions that lie there.
    """

    n: int
    mean: float
    days: int
    day_mean: float
    day_sd: float


@dataclass(frozen=True)
class LatencyTrend:
    """A tested word; ``change`` is a fraction, p is adjusted, the interval (95 %) is in ms.

    ``n`` counts executions; the days are those of the halves. The rest is None where too little is
    known to test.
    """

    word: TrendWord
    n: int
    first_days: int
    second_days: int
    method: str | None = None
    change: float | None = None
    p_value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


def latency_trends(halves: Sequence[tuple[Half, Half] | None]) -> tuple[LatencyTrend, ...]:
    """Return the trend of each capability of one engineer; None has no executions to halve.

    Improving (shorter) and degrading: the mean of the second half's executions differs by more than
    15 %, and Welch's t test of its daily means, adjusted over the capabilities
    (Benjamini-Hochberg), finds p < 0.05 the same way. Stable: the mean differs by no more, and the
    95 % interval of the difference of the daily means lies within 15 % of the first half's.

    Simulated, 30 days of 8 runs with day effects (SD 0.3 of the logarithm) and no trend are called
    improving or degrading in 4-5 %; executions tested as independent are in 23 %.
    """
    tested = [pair for pair in halves if pair and _is_enough(pair)]
    found = iter(_tested(tested))
    return tuple(
        next(found) if pair and _is_enough(pair) else _untested("insufficient_data", pair)
        for pair in halves
    )


def _is_enough(pair: tuple[Half, Half]) -> bool:
    return sum(half.n for half in pair) >= FEWEST and all(half.days >= FEWEST_DAYS for half in pair)


def _untested(word: TrendWord, pair: tuple[Half, Half] | None) -> LatencyTrend:
    if pair is None:
        return LatencyTrend(word, 0, 0, 0)
    return LatencyTrend(word, pair[0].n + pair[1].n, pair[0].days, pair[1].days)


def _tested(pairs: Sequence[tuple[Half, Half]]) -> list[LatencyTrend]:
    first, second = (_sample([pair[at] for pair in pairs]) for at in (0, 1))
    found = compare_means(second, first)
    adjusted = adjusted_p_values(found.p_value)
    return [_trend(pair, found, adjusted, row) for row, pair in enumerate(pairs)]


def _sample(halves: Sequence[Half]) -> Sample:
    """Return the daily means of each half."""
    names = ("days", "day_mean", "day_sd")
    n, mean, sd = (np.array([getattr(h, name) for h in halves], dtype=float) for name in names)
    return Sample(n, n * mean, (n - 1) * sd**2 + n * mean**2)


def _trend(
    pair: tuple[Half, Half], found: Comparison, adjusted: np.ndarray, row: int
) -> LatencyTrend:
    first, second = pair
    low, high = float(found.ci_low[row]), float(found.ci_high[row])
    p_value = float(adjusted[row])
    if np.isnan(p_value) or first.mean <= 0:
        return _untested("no_evidence", pair)
    change, room = second.mean / first.mean - 1, BOUND * first.day_mean
    word: TrendWord = "no_evidence"
    if change < -BOUND and p_value < _SURE and high < 0:
        word = "improving"
    elif change > BOUND and p_value < _SURE and low > 0:
        word = "degrading"
    elif abs(change) <= BOUND and -room <= low and high <= room:
        word = "stable"
    told = _untested(word, pair)
    return replace(told, method=METHOD, change=change, p_value=p_value, ci_low=low, ci_high=high)
