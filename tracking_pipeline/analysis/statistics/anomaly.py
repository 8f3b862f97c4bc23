"""Whether the newest point of a series is out of the ordinary: it is never its own yardstick."""

from dataclasses import dataclass

import numpy as np

from tracking_pipeline.analysis.statistics.series import (
    WEEK,
    Array,
    count,
    mean,
    median,
)

FEWEST = 14
LIMIT = 3.5
"""Deviations beyond which a point is an anomaly (Iglewicz, Hoaglin 1993)."""

_TAIL = 0.000232629079
"""The chance of one tail beyond 3.5 standard deviations of a normal distribution."""

_MAD_OF_NORMAL = 0.6744897501960817
_MEAN_DEVIATION_OF_NORMAL = 0.7978845608028654

_METHODS = {
    "value": "weekday-adjusted median and MAD",
    "rate": "binomial limits",
    "count": "Poisson limits, weekday-adjusted",
}


@dataclass(frozen=True)
class Anomalies:
    """One newest point a row, with the limits of its baseline; NaN below 14 baseline points.

    ``score`` is the distance in robust standard deviations; of rates and counts NaN.
    """

    method: str
    n: Array
    expected: Array
    low: Array
    high: Array
    score: Array


def value_anomalies(baseline: Array, newest: Array) -> Anomalies:
    """Return the limits of each ``newest`` value, the day after its row of ``baseline``.

    The median of its weekday ± 3.5 robust deviations (MAD, of flat ones the mean absolute
    deviation; Iglewicz, Hoaglin 1993). Each baseline day is measured against the *other* days of
    its weekday, as the newest is, so that few weeks do not look calmer than they are.
    """
    expected = _expected(baseline)
    residuals = _residuals(baseline)
    deviation = median(np.abs(residuals - median(residuals)[:, None])) / _MAD_OF_NORMAL
    mean_deviation = mean(np.abs(residuals)) / _MEAN_DEVIATION_OF_NORMAL
    deviation = np.where(deviation > 0, deviation, mean_deviation)
    n = count(baseline)
    is_enough = n >= FEWEST
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(newest == expected, 0.0, (newest - expected) / deviation)
    low, high = expected - LIMIT * deviation, expected + LIMIT * deviation
    figures = (np.where(is_enough, each, np.nan) for each in (expected, low, high, score))
    return Anomalies(_METHODS["value"], n, *figures)


def rate_anomalies(successes: Array, trials: Array, newest_trials: Array) -> Anomalies:
    """Return the binomial limits of each newest rate, from the pooled rate of its baseline.

    ``successes`` and ``trials`` are series x days; the limits leave out as much as 3.5 standard
    deviations of a normal distribution do.
    """
    from scipy.stats import binom  # noqa: PLC0415 - half a second that other commands need not pay

    n = count(np.where(trials > 0, trials, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.nansum(successes, axis=1) / np.nansum(trials, axis=1)
        low, high = (
            binom.ppf(tail, newest_trials, rate) / newest_trials for tail in (_TAIL, 1 - _TAIL)
        )
    is_enough = n >= FEWEST
    figures = (rate, low, high, np.full(len(n), np.nan))
    return Anomalies(_METHODS["rate"], n, *(np.where(is_enough, each, np.nan) for each in figures))


def count_anomalies(baseline: Array) -> Anomalies:
    """Return the Poisson limits of each newest count, the day after its row of ``baseline``.

    Where the baseline spreads more than Poisson allows, the limits are as much wider
    (quasi-Poisson; McCullagh, Nelder 1989, 6.2.3).
    """
    from scipy.stats import poisson  # noqa: PLC0415 - half a second that other commands need not pay

    expected, n = np.maximum(_expected(baseline), 0), count(baseline)
    residuals = _residuals(baseline)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = median(residuals**2) / _MAD_OF_NORMAL**2
        wider = np.sqrt(np.maximum(variance / np.maximum(mean(baseline), 1), 1))
    low, high = (poisson.ppf(tail, expected) for tail in (_TAIL, 1 - _TAIL))
    low, high = expected - (expected - low) * wider, expected + (high - expected) * wider
    is_enough = n >= FEWEST
    figures = (expected, np.maximum(low, 0), high, np.full(len(n), np.nan))
    return Anomalies(_METHODS["count"], n, *(np.where(is_enough, each, np.nan) for each in figures))


def _expected(baseline: Array) -> Array:
    """Return the median of the newest day's weekday; of a weekday never seen, of all days."""
    same = baseline[:, ::-1][:, WEEK - 1 :: WEEK]
    return np.where(count(same) > 0, median(same), median(baseline))


def _residuals(baseline: Array) -> Array:
    """Return each day minus the median of the other days of its weekday."""
    residuals = np.full_like(baseline, np.nan)
    for day in range(baseline.shape[1]):
        others = baseline[:, day % WEEK :: WEEK].copy()
        others[:, day // WEEK] = np.nan
        residuals[:, day] = baseline[:, day] - median(others)
    return residuals
