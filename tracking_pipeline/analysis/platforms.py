"""Whether one platform is slower than another, the same capabilities compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from tracking_pipeline.analysis.comparison import Sample, compare_means
from tracking_pipeline.analysis.statistics.series import Array

METHOD: Final = "Welch t test over engineers of log durations, capability by capability, Bonferroni"
FEWEST: Final = 3
"""Engineers of a platform: the spread of two is known too badly, of one not at all."""

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

    The 95 % interval is of that share; it and ``p_value`` hold for all pairs at once (Bonferroni),
    so that the interval leaves out 0 when p is below 5 %.
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
        return self.p_value < _SURE


def differences(durations: Iterable[Duration]) -> tuple[Difference, ...]:
    """Return one difference a pair of platforms with enough engineers, the surest first.

    Each engineer counts once, with their effect on the log duration beside that of the
    capabilities, of those that both platforms use. So neither a platform's mix of capabilities nor
    an engineer of many executions decides. A pair is not compared when its engineers fall into
    groups that share no capability.

    Simulated, engineers whose logarithms have SD 0.3 and platforms that do not differ: one is
    called slower in 3 % at 3 against 3 engineers, 6 % at 3 against 10 and 4 against 12, 8 % at 3
    against 20, as often or more seldom when each engineer uses half of the capabilities.
    """
    known = [each for each in durations if each.mean_ms > 0]
    pairs = combinations(sorted({each.platform for each in known}), 2)
    sides = [both for pair in pairs if (both := _sides(known, pair))]
    found = (_difference(both, len(sides)) for both in sides)
    told = [each for each in found if each]
    return tuple(sorted(told, key=lambda each: (each.p_value, -each.share, each.slow)))


_Side = tuple[str, Array]
"""A platform, and the effects of its engineers."""


def _difference(sides: Sequence[_Side], n_pairs: int) -> Difference | None:
    (fast, faster), (slow, slower) = sorted(sides, key=lambda side: float(side[1].mean()))
    test = compare_means(_sample(slower), _sample(faster), level=1 - _SURE / n_pairs)
    p_value = float(test.p_value[0])
    if np.isnan(p_value):
        return None
    bounds = slower.mean() - faster.mean(), test.ci_low[0], test.ci_high[0]
    share, low, high = (float(np.expm1(bound)) for bound in bounds)
    p_value = min(1.0, n_pairs * p_value)
    return Difference(slow, fast, len(slower), len(faster), share, low, high, p_value)


def _sides(known: Sequence[Duration], pair: tuple[str, str]) -> tuple[_Side, ...]:
    """Return both platforms' engineers; nothing when too few can be compared."""
    used = [{each.capability for each in known if each.platform == name} for name in pair]
    shared = used[0] & used[1]
    compared = [each for each in known if each.platform in pair and each.capability in shared]
    effects = _effects(compared)
    sides = [
        (name, np.array([effect for (platform, _), effect in effects.items() if platform == name]))
        for name in pair
    ]
    return tuple(sides) if min(len(side) for _, side in sides) >= FEWEST else ()


def _effects(compared: Sequence[Duration]) -> dict[tuple[str, str], float]:
    """Return each engineer's effect, by platform: least squares beside those of the capabilities.

    Empty when the engineers' effects are not on one scale.
    """
    engineers = sorted({(each.platform, each.engineer) for each in compared})
    capabilities = sorted({each.capability for each in compared})
    design = np.zeros((len(compared), len(engineers) + len(capabilities)))
    for row, each in enumerate(compared):
        design[row, engineers.index((each.platform, each.engineer))] = 1
        design[row, len(engineers) + capabilities.index(each.capability)] = 1
    logs = np.log([each.mean_ms for each in compared])
    effects, _, rank, _ = np.linalg.lstsq(design, logs, rcond=None)
    if rank < design.shape[1] - 1:
        return {}
    return dict(zip(engineers, effects[: len(engineers)].tolist(), strict=True))


def _sample(effects: Array) -> Sample:
    whole = np.array([float(len(effects))])
    return Sample(whole, np.array([effects.sum()]), np.array([(effects**2).sum()]))
