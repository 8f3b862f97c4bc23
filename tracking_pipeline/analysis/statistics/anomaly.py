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

_SMALL_COUNT = 5

_MAD_OF_NORMAL = 0.6744897501960817
_MEAN_DEVIATION_OF_NORMAL = 0.7978845608028654

_METHODS = {
    "value": "weekday-adjusted median and MAD",
    "count": "Poisson limits, weekday-adjusted",
}


_MAD_EFFICIENCY = 0.37
"""The MAD of n normal values tells as much as the standard deviation of 0.37·n (Huber 1981)."""


@dataclass(frozen=True)
class Anomalies:
    """One newest point a row, with the limits of its baseline.

    NaN below 14 baseline points, and without one of the same weekday: who works on weekdays is not
    expected to do so on a Sunday.

    ``score`` is its distance from what was expected on a scale where the limits lie at ±3.5;
    ``p_value`` the chance of one as large.
    """

    method: str
    n: Array
    expected: Array
    low: Array
    high: Array
    score: Array
    p_value: Array


def value_anomalies(baseline: Array, newest: Array) -> Anomalies:
    """Return the limits of each ``newest`` value, the day after its row of ``baseline``.

    The median of its weekday ± 3.5 robust deviations (MAD, of flat ones the mean absolute
    deviation; Iglewicz, Hoaglin 1993), but no closer than the second farthest day of the baseline:
    what happened twice is not out of the ordinary. Each baseline day is measured against the
    *other* days of its weekday, as the newest is, so that few weeks do not look calmer than they
    are. The p-value is Student's with the degrees of freedom that a MAD leaves. Rates are judged so
    too: binomial limits need their trials, which no engine delivers (its units of work are none).
    """
    from scipy.special import stdtr  # noqa: PLC0415 - half a second that other commands need not pay

    residuals = _residuals(baseline)
    deviation = median(np.abs(residuals - median(residuals)[:, None])) / _MAD_OF_NORMAL
    mean_deviation = mean(np.abs(residuals)) / _MEAN_DEVIATION_OF_NORMAL
    deviation = np.where(deviation > 0, deviation, mean_deviation)
    expected, n = _expected(baseline), _support(baseline)
    margin = np.maximum(LIMIT * deviation, _second_largest(np.abs(residuals)))
    score = _score(newest, expected, expected - margin, expected + margin)
    p_value = 2 * stdtr(np.maximum(_MAD_EFFICIENCY * n, 1), -np.abs(score))
    return _anomalies("value", n, expected, expected - margin, expected + margin, score, p_value)


def count_anomalies(baseline: Array, newest: Array) -> Anomalies:
    """Return the Poisson limits of each newest count, the day after its row of ``baseline``.

    Expected is the median of its weekday, or where that is below 5, too coarse for a median, the
    mean of the baseline (half an event added: none yet does not mean never). Where the baseline
    spreads more than Poisson allows, the limits are as much wider (quasi-Poisson; McCullagh, Nelder
    1989, 6.2.3), and they hold all baseline days but one.
    """
    from scipy.special import stdtr  # noqa: PLC0415 - half a second that other commands need not pay

    n, centre = _support(baseline), mean(baseline)
    expected, residuals = _expected(baseline), _residuals(baseline)
    is_small = ~(expected >= _SMALL_COUNT)
    expected = np.where(is_small, centre + 0.5 / np.maximum(n, 1), expected)
    residuals = np.where(is_small[:, None], baseline - expected[:, None], residuals)
    variance = np.where(is_small, mean(residuals**2), median(residuals**2) / _MAD_OF_NORMAL**2)
    wider = np.sqrt(np.maximum(variance / np.maximum(expected, 1e-9), 1))
    farthest = _second_largest(np.abs(residuals))
    low, high = (_poisson_quantile(tail, expected) for tail in (_TAIL, 1 - _TAIL))
    low = np.maximum(expected - np.maximum((expected - low) * wider, farthest), 0)
    high = expected + np.maximum((high - expected) * wider, farthest)
    score = _score(newest, expected, low, high)
    p_value = 2 * stdtr(np.maximum(_MAD_EFFICIENCY * n, 1), -np.abs(score))
    return _anomalies("count", n, expected, low, high, score, p_value)


def _poisson_quantile(share: float, mean: Array) -> Array:
    """Return the smallest count that at least this share of a Poisson distribution is up to.

    As `scipy.stats.poisson.ppf` does, whose module takes a second to import.
    """
    from scipy.special import pdtr, pdtrik  # noqa: PLC0415 - half a second, likewise

    above = np.ceil(pdtrik(share, mean))
    below = np.maximum(above - 1, 0)
    return np.asarray(np.where(pdtr(below, mean) >= share, below, above))


def _anomalies(name: str, n: Array, *figures: Array) -> Anomalies:
    return Anomalies(_METHODS[name], n, *(np.where(n >= FEWEST, each, np.nan) for each in figures))


def _score(newest: Array, expected: Array, low: Array, high: Array) -> Array:
    """Return the distance from ``expected``, 3.5 at either limit."""
    distance = newest - expected
    reach = np.where(distance < 0, expected - low, high - expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(distance == 0, 0.0, LIMIT * distance / reach)


def _second_largest(values: Array) -> Array:
    """Return the second largest value of each row; 0 where there is none."""
    return np.asarray(np.sort(np.nan_to_num(values), axis=1)[:, -2])


def _support(baseline: Array) -> Array:
    """Return the days of each baseline; none where the newest day's weekday is not among them."""
    return np.where(count(_same_weekday(baseline)) > 0, count(baseline), 0)


def _expected(baseline: Array) -> Array:
    """Return the median of the newest day's weekday."""
    return median(_same_weekday(baseline))


def _same_weekday(baseline: Array) -> Array:
    return baseline[:, ::-1][:, WEEK - 1 :: WEEK]


def _residuals(baseline: Array) -> Array:
    """Return each day minus the median of the other days of its weekday."""
    residuals = np.full_like(baseline, np.nan)
    for day in range(baseline.shape[1]):
        others = baseline[:, day % WEEK :: WEEK].copy()
        others[:, day // WEEK] = np.nan
        residuals[:, day] = baseline[:, day] - median(others)
    return residuals
