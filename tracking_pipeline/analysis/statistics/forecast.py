"""What a daily series will sum to over the days ahead, by the method that did best so far."""

from dataclasses import dataclass

import numpy as np

from tracking_pipeline.analysis.statistics.series import (
    ROUNDING,
    WEEK,
    Array,
    count,
    mean,
    median,
    weekday_medians,
)

METHODS = ("seasonal naive", "exponential smoothing", "Theta")
FEWEST = 4 * WEEK
"""Two seasons to learn from, and as much again to judge the methods by."""

_LONGEST = 18 * WEEK
_LEARNT = 2 * WEEK
_SMOOTHING = np.array([0.02, 0.05, 0.1, 0.2, 0.4, 0.8])[:, None]


@dataclass(frozen=True)
class Forecasts:
    """One forecast total a row; NaN and no method below 28 days with data.

    ``mase`` is the chosen method's mean error of a day's mean over that of the naive forecast, NaN
    where that one never errs; an interval is NaN while too few past forecasts could be judged.
    """

    n: Array
    method: tuple[str | None, ...]
    value: Array
    low_80: Array
    high_80: Array
    low_95: Array
    high_95: Array
    mase: Array


def total_forecasts(values: Array, horizon: int) -> Forecasts:
    """Return the forecast sum over ``horizon`` days of each row of ``values`` (series x days).

    Seasonal naive, simple exponential smoothing around weekday medians and Theta (as smoothing
    with half the drift: Hyndman, Billah 2003) each forecast from every past day (rolling origin);
    the lowest MASE (Hyndman, Koehler 2006) is chosen. The intervals are split-conformal (Vovk et
    al. 2005): the ⌈(m+1)·level⌉-th largest of its m past errors of a day's mean, over as many days
    as the series can spare, at most ``horizon``.
    """
    values = values[:, -_LONGEST:]
    days = values.shape[1]
    n = count(values)
    if days < FEWEST:
        nothing = np.full(len(values), np.nan)
        return Forecasts(n, (None,) * len(values), *[nothing] * 6)
    errors = _past_errors(values, min(horizon, (days - _LEARNT) // 2))
    is_enough = n >= FEWEST
    scale = mean(np.abs(values[:, WEEK:] - values[:, :-WEEK]))
    absolute = mean(np.moveaxis(errors, 1, 2))
    best = np.argmin(absolute, axis=0)
    rows = np.arange(len(values))
    total = _daily_ahead(values, horizon)[best, rows] * horizon
    chosen = np.sort(errors[best, :, rows], axis=1)
    margins = [_quantile(chosen, level) * horizon for level in (0.8, 0.95)]
    bounds = [total + sign * margin for margin in margins for sign in (-1, 1)]
    mase = absolute[best, rows] / np.where(scale > ROUNDING * np.abs(mean(values)), scale, np.nan)
    method = tuple(METHODS[at] if ok else None for at, ok in zip(best, is_enough, strict=True))
    return Forecasts(
        n, method, *(np.where(is_enough, each, np.nan) for each in (total, *bounds, mase))
    )


def _past_errors(values: Array, horizon: int) -> Array:
    """Return methods x origins x series: the absolute errors of the mean day ahead."""
    errors = []
    for origin in range(_LEARNT, values.shape[1] - horizon + 1):
        happened = mean(values[:, origin : origin + horizon])
        errors.append(np.abs(_daily_ahead(values[:, :origin], horizon) - happened))
    return np.stack(errors, axis=1)


def _daily_ahead(values: Array, horizon: int) -> Array:
    """Return methods x series: the mean day forecast over the ``horizon`` days after ``values``."""
    days = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2
    # Weekdays of a rising series would else take up a part of its rise.
    rise = (
        _slope(_filled(_filled(values, weekday_medians(values)), median(values)[:, None]))[:, None]
        * days
    )
    effects = _filled(weekday_medians(values - rise), median(values - rise)[:, None])
    filled = _filled(values, effects + rise)
    ahead = np.arange(horizon) % WEEK - WEEK
    level, memory = _smoothed(filled - effects)
    slope = _slope(filled - effects)
    smoothed = level + effects[:, ahead].mean(axis=1)
    theta = smoothed + slope / 2 * ((horizon - 1) / 2 + memory)
    return np.stack([filled[:, ahead].mean(axis=1), smoothed, theta])


def _filled(values: Array, others: Array) -> Array:
    return np.where(np.isnan(values), others, values)


def _slope(values: Array) -> Array:
    """Return a day's change of each row by least squares; NaN with a gap."""
    days = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2
    return np.asarray(values @ days / (days @ days))


def _smoothed(values: Array) -> tuple[Array, Array]:
    """Return the last level of each row under the smoothing a that erred least a day ahead.

    Beside it the days by which that level trails a line: (1 - (1-a)ⁿ)/a (Hyndman, Billah 2003).
    """
    level = np.repeat(values[None, :, :WEEK].mean(axis=2), len(_SMOOTHING), axis=0)
    squares = np.zeros_like(level)
    for day in range(values.shape[1]):
        error = values[:, day] - level
        squares += error**2
        level = level + _SMOOTHING * error
    best = np.argmin(squares, axis=0)
    trails = (1 - (1 - _SMOOTHING[:, 0]) ** values.shape[1]) / _SMOOTHING[:, 0]
    return level[best, np.arange(len(values))], trails[best]


def _quantile(errors: Array, level: float) -> Array:
    """Return the conformal quantile of each sorted row; NaN where it holds too few errors."""
    at = np.ceil((count(errors) + 1) * level).astype(int)
    is_known = at <= count(errors)
    found = np.take_along_axis(errors, np.clip(at - 1, 0, errors.shape[1] - 1)[:, None], axis=1)
    return np.where(is_known, found[:, 0], np.nan)
