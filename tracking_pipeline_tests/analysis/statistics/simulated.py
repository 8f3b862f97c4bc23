"""Daily series as the engines give them: weekdays, memory, gaps; seeded."""

import numpy as np

from tracking_pipeline.analysis.statistics.series import Array

WEEKDAYS = np.array([-2.0, 0.5, 1.0, 1.0, 0.5, 0.0, -1.0])


def noise(
    series: int, days: int, *, phi: float = 0.0, seed: int = 1, weekdays: bool = True
) -> Array:
    """Return AR(1) noise of standard deviation 1 around a pattern of weekdays."""
    draws = np.random.default_rng(seed).normal(size=(series, days + 50))
    for day in range(1, days + 50):
        draws[:, day] = phi * draws[:, day - 1] + np.sqrt(1 - phi**2) * draws[:, day]
    pattern = np.resize(WEEKDAYS, days) if weekdays else 0.0
    return np.asarray(draws[:, 50:] + pattern)


def with_gaps(values: Array, share: float, *, seed: int = 2) -> Array:
    """Return ``values`` with that share of days missing."""
    is_missing = np.random.default_rng(seed).random(values.shape) < share
    return np.where(is_missing, np.nan, values)
