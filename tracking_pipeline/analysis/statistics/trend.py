"""Whether daily series go up or down: Theil-Sen and Mann-Kendall that allow for memory."""

from dataclasses import dataclass

import numpy as np

from tracking_pipeline.analysis.statistics.series import (
    WEEK,
    Array,
    count,
    inflation,
    median,
    weekday_medians,
)

METHOD = "Theil-Sen, Mann-Kendall allowing for autocorrelation"
FEWEST = 14

_PAIRS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Trends:
    """One trend a row, NaN where there are fewer than 14 days.

    ``score`` is Kendall's S, ``slope`` a day's change; ``change`` and its 95 % interval are of the
    whole window (its days - 1 times the slope); ``level`` is the median.
    """

    n: Array
    score: Array
    slope: Array
    change: Array
    p_value: Array
    ci_low: Array
    ci_high: Array
    level: Array


def daily_trends(values: Array, season: int = WEEK) -> Trends:
    """Return the trend of each row of ``values`` (series x consecutive days, NaN = missing).

    The rows are the series of one client: ``inflation`` takes their memory together. Weekday
    medians are removed (``season`` 1: the median alone). Kendall's S (Mann 1945, Kendall 1975, with
    ties) is divided by its standard deviation times √((1+φ)/(1-φ)) and judged by t with
    n·(1-φ)/(1+φ) - 2 degrees of freedom; the slope is the median of pairwise slopes (Theil 1950)
    and its interval theirs by rank (Sen 1968) under the same variance. The slope rests on weekday
    medians of the *detrended* series, since those of the series itself take a part of it away.
    """
    days = values.shape[1]
    at_once = max(_PAIRS_AT_ONCE // max(days * (days - 1) // 2, 1), 1)
    parts = [
        _trends(values[row : row + at_once], season)
        for row in range(0, max(len(values), 1), at_once)
    ]
    score, slope, p_value, low, high = (np.concatenate(each) for each in zip(*parts, strict=True))
    n = count(values)
    window, is_enough = days - 1, n >= FEWEST
    figures = (score, slope, slope * window, p_value, low * window, high * window, median(values))
    return Trends(n, *(np.where(is_enough, each, np.nan) for each in figures))


def _trends(values: Array, season: int) -> tuple[Array, ...]:
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - half a second that other commands need not pay

    deseasoned = values - weekday_medians(values, season)
    rises, lags = _rises(deseasoned)
    score = np.nansum(np.sign(rises), axis=1)
    days = np.arange(values.shape[1])
    effects = weekday_medians(values - median(rises / lags)[:, None] * days, season)
    slopes = np.sort(_rises(values - effects)[0] / lags, axis=1)
    slope = median(slopes)
    factor = inflation(values - slope[:, None] * days - effects)
    deviation = np.sqrt(_variance(deseasoned) * factor)
    freedom = np.maximum(count(values) / factor - 2, 1)
    t = np.divide(np.abs(score), deviation, out=np.zeros_like(score), where=deviation > 0)
    low, high = _interval(slopes, deviation * stdtrit(freedom, 0.975))
    return score, slope, 2 * stdtr(freedom, -t), low, high


def _rises(values: Array) -> tuple[Array, Array]:
    """Return the differences of all pairs of days, later minus earlier, and the days between."""
    earlier, later = np.triu_indices(values.shape[1], 1)
    return values[:, later] - values[:, earlier], (later - earlier).astype(float)


def _variance(values: Array) -> Array:
    """Return the variance of Kendall's S of each row without a trend, corrected for ties."""
    n = count(values)
    ties = np.stack([np.sum(values == values[:, [day]], axis=1) for day in range(values.shape[1])])
    tied = np.sum(np.maximum(ties - 1, 0) * (2 * ties + 5), axis=0)
    return np.asarray((n * (n - 1) * (2 * n + 5) - tied) / 18)


def _interval(slopes: Array, margin: Array) -> tuple[Array, Array]:
    """Return the slopes that lie ``margin`` / 2 ranks below and above the middle."""
    n = count(slopes)
    low = np.clip(np.floor((n - margin) / 2) - 1, 0, None)
    high = np.clip(np.ceil((n + margin) / 2), 0, np.maximum(n - 1, 0))
    found = (np.take_along_axis(slopes, at[:, None].astype(int), axis=1) for at in (low, high))
    return next(found)[:, 0], next(found)[:, 0]
