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

METHOD = "CUSUM of ranks, t test allowing for autocorrelation"
FEWEST = 28
SHORTEST_SIDE = 7


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

    The rows are the series of one client: ``inflation`` takes their memory together.
    It lies where the sum of centred ranks is largest (Pettitt 1979), neither side shorter than a
    week. Both levels are compared by t with one spread, its variance times (1+φ)/(1-φ) and
    n·(1-φ)/(1+φ) - 4 degrees of freedom, φ that of the residuals from the levels; the p-value is
    times the days that could have been the break (Bonferroni), since the best was taken.
    """
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - half a second that other commands need not pay

    n = count(values)
    position = _break(_ranks(values - weekday_medians(values, season)))
    # Weekdays that have more days on one side blur the day of the break: look again without them.
    _, effects = _levels(values, _first_there(values, position), season)
    position = _first_there(values, _break(_ranks(values - effects)))
    levels, effects = _levels(values, position, season)
    residuals = values - levels - effects
    factor = inflation(residuals)
    change = levels[:, -1] - levels[:, 0]
    error = _error(residuals, position, factor)
    t = np.divide(change, error, out=np.where(change == 0, 0.0, np.inf), where=error > 0)
    freedom = np.maximum(n / factor - 4, 1)
    tried = values.shape[1] - 2 * SHORTEST_SIDE + 1
    p_value = np.minimum(2 * tried * stdtr(freedom, -np.abs(t)), 1.0)
    margin = stdtrit(freedom, 0.975) * error
    judged = (t, p_value, levels[:, 0], levels[:, -1], change, change - margin, change + margin)
    figures = (np.where(n >= FEWEST, each, np.nan) for each in judged)
    return LevelShifts(n, position, _is_step(values - effects, residuals), *figures)


def _break(ranks: Array) -> npt.NDArray[np.int64]:
    """Return the column after the largest sum of centred ranks."""
    sums = np.cumsum(np.nan_to_num(ranks - mean(ranks)[:, None]), axis=1)
    heights = np.abs(sums[:, SHORTEST_SIDE - 1 : -SHORTEST_SIDE])
    return np.asarray(np.argmax(heights, axis=1) + SHORTEST_SIDE)


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
    """Return the standard error of the difference of both levels."""
    is_after = _is_after(residuals, position)
    after = count(np.where(is_after, residuals, np.nan))
    before = count(residuals) - after
    share = 1 / np.maximum(before, 1) + 1 / np.maximum(after, 1)
    # The levels and the weekdays took eight degrees of freedom of n, not one.
    n = np.maximum(count(residuals), 9)
    return np.asarray(spread(residuals) * np.sqrt(share * factor * (n - 1) / (n - 8)))


def _is_step(values: Array, residuals: Array) -> npt.NDArray[np.bool_]:
    """Return whether ``residuals`` from the levels are smaller than those from a line."""
    days = np.where(np.isnan(values), np.nan, np.arange(values.shape[1], dtype=float))
    days = days - mean(days)[:, None]
    centred = values - mean(values)[:, None]
    squares = np.maximum(np.nansum(days**2, axis=1), 1.0)
    slope = np.nansum(days * centred, axis=1) / squares
    from_line = np.nansum((centred - slope[:, None] * days) ** 2, axis=1)
    return np.asarray(np.nansum(residuals**2, axis=1) < from_line)
