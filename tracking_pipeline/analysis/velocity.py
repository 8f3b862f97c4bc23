"""Whether a person's daily commits go up or down over a window."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from tracking_pipeline.analysis.statistics.trend import FEWEST, METHOD, daily_trends

VelocityWord = Literal["improving", "declining", "stable", "no_evidence", "insufficient_data"]

_BOUND: Final = 0.05
_SURE: Final = 0.05


@dataclass(frozen=True)
class Velocity:
    """A tested word over ``n`` days; ``change`` is of the window, as a share of the median day."""

    word: VelocityWord
    n: int
    method: str | None = None
    change: float | None = None
    p_value: float | None = None


def velocity(commits: Sequence[float | None]) -> Velocity:
    """Return the trend of consecutive days' commits; None is a day without data.

    Improving and declining: Mann-Kendall that allows for memory has p < 0.05 and the Theil-Sen
    slope moves more than 5 % over the window. Stable: the interval of that change lies within 5 %.
    At least 14 days (statistics.md).
    """
    days = np.array([[np.nan if each is None else each for each in commits]], dtype=float)
    n = int(np.sum(~np.isnan(days)))
    if n < FEWEST:
        return Velocity("insufficient_data", n)
    found = daily_trends(days)
    level = float(found.level[0])
    if level <= 0:
        return Velocity("no_evidence", n)
    change, p_value = float(found.change[0]) / level, float(found.p_value[0])
    is_within = max(abs(float(found.ci_low[0])), abs(float(found.ci_high[0]))) <= _BOUND * level
    word: VelocityWord = "stable" if is_within else "no_evidence"
    if p_value < _SURE and abs(change) > _BOUND:
        word = "improving" if change > 0 else "declining"
    return Velocity(word, n, METHOD, change, p_value)
