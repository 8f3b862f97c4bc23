"""What more engineers would bring, if they did as those of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tracking_pipeline.analysis.statistics.ranking import SMALLEST_COHORT
from tracking_pipeline.analysis.statistics.series import Array

METHOD: Final = "95 % t interval of the mean over engineers"


@dataclass(frozen=True)
class Case:
    """One case, in US dollars a year; the value is that of one engineer."""

    value_usd: float
    net_usd: float


@dataclass(frozen=True)
class Expansion:
    """``n_more`` engineers x (mean annual value - annual cost of one); no cases: not enough data.

    The base case takes the mean of the ``n`` engineers there are; low and high take the ends of its
    interval.
    """

    n_more: int
    n: int
    cost_usd: float
    low: Case | None = None
    base: Case | None = None
    high: Case | None = None


def expansion(annual_values_usd: Sequence[float], *, n_more: int, cost_usd: float) -> Expansion:
    """Return the projection from each engineer's annual value; USD a year, ``cost_usd`` of one.

    Fewer engineers than a cohort give no cases. Low and high are the ends of Student's 95 %
    interval of the mean. Simulated, it holds the true mean in 95 % of normal values of 5 and of 8
    engineers, and in 90 % of lognormal ones (sigma 0.6).
    """
    n = len(annual_values_usd)
    if n < SMALLEST_COHORT:
        return Expansion(n_more, n, cost_usd)
    mean, margin = _mean(np.sort(np.array(annual_values_usd, dtype=float)))
    cases = (
        Case(each, n_more * (each - cost_usd)) for each in (mean - margin, mean, mean + margin)
    )
    return Expansion(n_more, n, cost_usd, *cases)


def _mean(values: Array) -> tuple[float, float]:
    """Return the mean and the half width of its interval."""
    from scipy.special import stdtrit  # noqa: PLC0415 - half a second that other commands need not pay

    n = len(values)
    margin = stdtrit(n - 1, 0.975) * values.std(ddof=1) / np.sqrt(n)
    return float(values.mean()), float(margin)
