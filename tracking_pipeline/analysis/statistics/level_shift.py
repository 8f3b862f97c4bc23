"""Whether a daily series jumped to another level, and when: a CUSUM of ranks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracking_pipeline.analysis.statistics.series import (
    WEEK,
    Array,
    count,
    inflation,
    mean,
    spread,
    weekday_medians,
)

METHOD = "CUSUM of ranks (Pettitt) allowing for autocorrelation"
FEWEST = 28
SHORTEST_SIDE = 7

_Z = 1.959963984540054


@dataclass(frozen=True)
class LevelShifts:
    """The strongest break a row; NaN below 28 days.

    ``position`` is the column of the first day on the new level. ``before`` and ``after`` are the
    means of both sides without their weekdays' effects, ``change`` their difference with its 95 %
    interval; ``is_step`` tells whether a step fits better than a straight line does.
    """

    n: Array
    position: npt.NDArray[np.int64]
    is_step: npt.NDArray[np.bool_]
    statistic: Array
    p_value: Array
    before: Array
    after: Array
    change: Array
    ci_low: Array
    ci_high: Array


def level_shifts(values: Array, season: int = WEEK) -> LevelShifts:
    """Return the strongest break of each row of ``values`` (series x days, NaN = missing).

    The largest sum of centred ranks (Pettitt 1979), over its standard deviation times
    √((1+φ)/(1-φ)), follows the range of a Brownian bridge when nothing broke: the p-value is
    Kolmogorov's. φ is that of the residuals from both levels, so that a real break does not hide
    behind the memory it feigns. Neither side is shorter than a week.
    """
    from scipy.special import kolmogorov  # noqa: PLC0415 - half a second that other commands need not pay

    n = count(values)
    height, position = _peak(_ranks(values - weekday_medians(values, season)))
    # Weekdays that have more days on one side blur the day of the break: look again without them.
    _, effects = _levels(values, _first_there(values, position), season)
    ranks = _ranks(values - effects)
    position = _first_there(values, _peak(ranks)[1])
    levels, effects = _levels(values, position, season)
    residuals = values - levels - effects
    factor = inflation(residuals)
    deviation = spread(ranks) * np.sqrt(n * factor)
    statistic = np.divide(height, deviation, out=np.zeros_like(height), where=deviation > 0)
    change = levels[:, -1] - levels[:, 0]
    margin = _Z * _error(residuals, position, factor)
    judged = (statistic, kolmogorov(statistic), levels[:, 0], levels[:, -1])
    figures = (
        np.where(n >= FEWEST, each, np.nan)
        for each in (*judged, change, change - margin, change + margin)
    )
    return LevelShifts(n, position, _is_step(values - effects, residuals), *figures)


def _peak(ranks: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return the largest sum of centred ranks, and the column after it."""
    sums = np.cumsum(np.nan_to_num(ranks - mean(ranks)[:, None]), axis=1)
    heights = np.abs(sums[:, SHORTEST_SIDE - 1 : -SHORTEST_SIDE])
    return np.max(heights, axis=1), np.argmax(heights, axis=1) + SHORTEST_SIDE


def _ranks(values: Array) -> Array:
    """Return the rank of each value in its row, ties sharing theirs."""
    ranks = np.where(np.isnan(values), np.nan, 0.5)
    for day in range(values.shape[1]):
        other = values[:, [day]]
        ranks += (other < values) + 0.5 * (other == values)
    return ranks


def _first_there(values: Array, position: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the first column at or after ``position`` that holds a value."""
    is_candidate = ~np.isnan(values) & _is_after(values, position)
    return np.where(is_candidate.any(axis=1), np.argmax(is_candidate, axis=1), position)


def _is_after(values: Array, position: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return np.arange(values.shape[1]) >= position[:, None]


def _levels(values: Array, position: npt.NDArray[np.int64], season: int) -> tuple[Array, Array]:
    """Return the level of each day's side, and the effects of the weekdays around the levels."""
    is_after = _is_after(values, position)
    raw = _of_sides(values, is_after)
    effects = weekday_medians(values - raw, season)
    return _of_sides(values - effects, is_after), effects


def _of_sides(values: Array, is_after: npt.NDArray[np.bool_]) -> Array:
    before = mean(np.where(is_after, np.nan, values))
    after = mean(np.where(is_after, values, np.nan))
    return np.where(is_after, after[:, None], before[:, None])


def _error(residuals: Array, position: npt.NDArray[np.int64], factor: Array) -> Array:
    """Return the standard error of the difference of both levels (Welch, inflated)."""
    is_after = _is_after(residuals, position)
    squares = []
    for is_side in (is_after, ~is_after):
        side = np.where(is_side, residuals, np.nan)
        squares.append(spread(side) ** 2 / np.maximum(count(side), 1))
    return np.sqrt((squares[0] + squares[1]) * factor)


def _is_step(values: Array, residuals: Array) -> npt.NDArray[np.bool_]:
    """Return whether ``residuals`` from the levels are smaller than those from a line."""
    days = np.where(np.isnan(values), np.nan, np.arange(values.shape[1], dtype=float))
    days = days - mean(days)[:, None]
    centred = values - mean(values)[:, None]
    squares = np.maximum(np.nansum(days**2, axis=1), 1.0)
    slope = np.nansum(days * centred, axis=1) / squares
    from_line = np.nansum((centred - slope[:, None] * days) ** 2, axis=1)
    return np.asarray(np.nansum(residuals**2, axis=1) < from_line)
