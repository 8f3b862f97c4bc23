"""Which capabilities succeed too seldom to be chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tracking_pipeline.analysis.statistics.discovery import adjusted_p_values
from tracking_pipeline.analysis.statistics.ranking import SMALLEST_COHORT

METHOD: Final = "one-sided t test of the ratio over engineers, adjusted over the capabilities"
FEWEST: Final = SMALLEST_COHORT
"""Engineers who use a capability: of fewer, their differences are not known well enough."""
SURE: Final = 0.05


@dataclass(frozen=True)
class Outcomes:
    """One engineer's executions of a capability, at least one, and the share that succeeded."""

    n: int
    rate: float


def p_below(capabilities: Sequence[Sequence[Outcomes]], line: float) -> list[float | None]:
    """Return, of each capability, the p-value of its succeeding more seldom than ``line``.

    A capability is its engineers' outcomes; None where they are too few to test. The rate is a
    ratio of sums over engineers, who are what was sampled: its error is what leaving each one out
    changes (jackknife; CR3 of MacKinnon and White 1985), and never below that of executions at the
    line; t with k - 1 freedom, Benjamini-Hochberg over the capabilities. Simulated at a line of
    90 %, of 5 to 20 engineers whose rates have SD 3.5 points, 5 % at most are found below it;
    executions counted as independent find 12-26 %.
    """
    p_values = np.array([_p_below(each, line) for each in capabilities], dtype=float)
    return [None if np.isnan(p) else float(p) for p in adjusted_p_values(p_values)]


def _p_below(engineers: Sequence[Outcomes], line: float) -> float:
    from scipy.special import stdtr  # noqa: PLC0415 - half a second that other commands need not pay

    k = len(engineers)
    if k < FEWEST:
        return float("nan")
    n, rates = (np.array([getattr(each, name) for each in engineers]) for name in ("n", "rate"))
    total = n.sum()
    rate = (n * rates).sum() / total
    without_one = n * (rates - rate) / (total - n)
    spread = (k - 1) / k * (without_one**2).sum()
    error = np.sqrt(max(spread, line * (1 - line) / total))
    return float(stdtr(k - 1, (rate - line) / error))
