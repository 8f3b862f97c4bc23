"""What more engineers would bring, if they did as those of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tracking_pipeline.analysis.statistics.ranking import SMALLEST_COHORT

METHOD: Final = "bootstrap over engineers, 95 % percentile interval of the mean"

_DRAWS: Final = 10_000


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

    Fewer engineers than a cohort give no cases. The same values give the same interval.
    """
    n = len(annual_values_usd)
    if n < SMALLEST_COHORT:
        return Expansion(n_more, n, cost_usd)
    values = np.sort(np.array(annual_values_usd, dtype=float))
    drawn = np.random.default_rng(n).choice(values, size=(_DRAWS, n)).mean(axis=1)
    means = np.quantile(drawn, 0.025), values.mean(), np.quantile(drawn, 0.975)
    cases = (Case(float(mean), n_more * (float(mean) - cost_usd)) for mean in means)
    return Expansion(n_more, n, cost_usd, *cases)
