"""Whether one platform is slower than another, the same capabilities compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from tracking_pipeline.analysis.comparison import Sample, compare_means
from tracking_pipeline.analysis.statistics.discovery import adjusted_p_values
from tracking_pipeline.analysis.statistics.series import Array

METHOD: Final = "Welch t test over engineers of the log durations, capability by capability"
FEWEST: Final = 2
"""Engineers of a platform: one alone cannot be told from the machine."""

_SURE: Final = 0.05


@dataclass(frozen=True)
class Duration:
    """The mean duration (ms) of one engineer's executions of one capability."""

    platform: str
    engineer: str
    capability: str
    mean_ms: float


@dataclass(frozen=True)
class Difference:
    """How much longer ``slow`` takes than ``fast``: a share of the faster one's duration.

    The 95 % interval is of that share; ``p_value`` is adjusted (Benjamini-Hochberg) over all pairs.
    """

    slow: str
    fast: str
    n_slow: int
    n_fast: int
    share: float
    low: float
    high: float
    p_value: float

    @property
    def is_supported(self) -> bool:
        """Whether the test tells the two apart."""
        return self.p_value < _SURE and self.low > 0


def differences(durations: Iterable[Duration]) -> tuple[Difference, ...]:
    """Return one difference a pair of platforms with enough engineers, the surest first.

    Each engineer counts once: with the mean of their log durations over the capabilities that both
    platforms use, each taken from the middle of the two platforms. So neither a platform's mix of
    capabilities nor an engineer of many executions decides.
    """
    known = [each for each in durations if each.mean_ms > 0]
    names = sorted({each.platform for each in known})
    found = [made for pair in combinations(names, 2) if (made := _difference(known, pair))]
    adjusted = adjusted_p_values(np.array([each.p_value for each in found], dtype=float))
    told = [replace(each, p_value=float(p)) for each, p in zip(found, adjusted, strict=True)]
    return tuple(sorted(told, key=lambda each: (each.p_value, -each.share, each.slow)))


def _difference(known: Sequence[Duration], pair: tuple[str, str]) -> Difference | None:
    sides = [_scores(known, name, pair) for name in pair]
    if min(len(side) for side in sides) < FEWEST:
        return None
    slow, fast = sorted(zip(pair, sides, strict=True), key=lambda side: -side[1].mean())
    test = compare_means(_sample(slow[1]), _sample(fast[1]))
    if np.isnan(test.p_value[0]):
        return None
    share, low, high = (
        float(np.expm1(bound))
        for bound in (slow[1].mean() - fast[1].mean(), test.ci_low[0], test.ci_high[0])
    )
    counts = len(slow[1]), len(fast[1])
    return Difference(slow[0], fast[0], *counts, share, low, high, float(test.p_value[0]))


def _scores(known: Sequence[Duration], name: str, pair: tuple[str, str]) -> Array:
    """Return the mean log duration of each engineer of the platform, over what both use."""
    middles = _middles(known, pair)
    engineers: dict[str, list[float]] = {}
    for each in known:
        if each.platform == name and each.capability in middles:
            distance = float(np.log(each.mean_ms)) - middles[each.capability]
            engineers.setdefault(each.engineer, []).append(distance)
    return np.array([np.mean(distances) for distances in engineers.values()], dtype=float)


def _middles(known: Sequence[Duration], pair: tuple[str, str]) -> dict[str, float]:
    """Return, by capability that both use, the middle of the two platforms' mean log durations."""
    logs: dict[str, dict[str, list[float]]] = {}
    for each in known:
        if each.platform in pair:
            sides = logs.setdefault(each.capability, {})
            sides.setdefault(each.platform, []).append(float(np.log(each.mean_ms)))
    return {
        capability: float(np.mean([np.mean(side) for side in sides.values()]))
        for capability, sides in logs.items()
        if len(sides) == len(pair)
    }


def _sample(scores: Array) -> Sample:
    whole = np.array([float(len(scores))])
    return Sample(whole, np.array([scores.sum()]), np.array([(scores**2).sum()]))
