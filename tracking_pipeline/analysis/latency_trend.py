"""Whether an engineer's capabilities answer faster or slower than they did, from sums alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tracking_pipeline.analysis.comparison import Comparison, Sample, compare_means
from tracking_pipeline.analysis.statistics.discovery import adjusted_p_values

TrendWord = Literal["improving", "degrading", "stable", "no_evidence", "insufficient_data"]

BOUND: Final = 0.15
"""A change of the mean duration beyond this share counts (figures.md, Telemetry)."""

FEWEST: Final = 10
"""So many executions tell a trend (figures.md, Telemetry)."""

_SURE: Final = 0.05


@dataclass(frozen=True)
class Half:
    """Half of a capability's executions, the earlier or the later one; durations in ms."""

    n: int
    mean: float
    sd: float


@dataclass(frozen=True)
class LatencyTrend:
    """A tested word; ``change`` is a fraction, p is adjusted, the interval (95 %) is in ms.

    All three are None where too little is known to test.
    """

    word: TrendWord
    n: int
    method: str | None = None
    change: float | None = None
    p_value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None


def latency_trends(halves: Sequence[tuple[Half, Half] | None]) -> tuple[LatencyTrend, ...]:
    """Return the trend of each capability of one engineer; None has no executions to halve.

    Improving (shorter) and degrading: the second half's mean differs by more than 15 % and Welch's
    t test, adjusted over the capabilities (Benjamini-Hochberg), has p < 0.05. Stable: the 95 %
    interval of the difference lies within 15 % of the first half's mean.
    """
    tested = [pair for pair in halves if pair and _is_enough(pair)]
    found = iter(_tested(tested))
    return tuple(
        next(found)
        if pair and _is_enough(pair)
        else LatencyTrend("insufficient_data", sum(half.n for half in pair or ()))
        for pair in halves
    )


def _is_enough(pair: tuple[Half, Half]) -> bool:
    return sum(half.n for half in pair) >= FEWEST


def _tested(pairs: Sequence[tuple[Half, Half]]) -> list[LatencyTrend]:
    first, second = (_sample([pair[at] for pair in pairs]) for at in (0, 1))
    found = compare_means(second, first)
    adjusted = adjusted_p_values(found.p_value)
    return [_trend(pair, found, adjusted, row) for row, pair in enumerate(pairs)]


def _sample(halves: Sequence[Half]) -> Sample:
    n, mean, sd = (np.array([getattr(h, name) for h in halves]) for name in ("n", "mean", "sd"))
    return Sample(n.astype(float), n * mean, (n - 1) * sd**2 + n * mean**2)


def _trend(
    pair: tuple[Half, Half], found: Comparison, adjusted: np.ndarray, row: int
) -> LatencyTrend:
    first, second = pair
    n, low, high = first.n + second.n, float(found.ci_low[row]), float(found.ci_high[row])
    p_value = float(adjusted[row])
    if np.isnan(p_value) or first.mean <= 0:
        return LatencyTrend("no_evidence", n)
    change, room = second.mean / first.mean - 1, BOUND * first.mean
    word: TrendWord = "no_evidence"
    if p_value < _SURE and abs(change) > BOUND:
        word = "improving" if change < 0 else "degrading"
    elif -room <= low and high <= room:
        word = "stable"
    return LatencyTrend(word, n, found.method, change, p_value, low, high)
