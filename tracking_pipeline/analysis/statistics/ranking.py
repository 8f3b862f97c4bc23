"""Who leads a group, and how sure that is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracking_pipeline.analysis.statistics.means import Means, daily_means, daily_ratios
from tracking_pipeline.analysis.statistics.series import WEEK, Array, mean

METHOD = (
    "shrinkage towards the group mean, block bootstrap of ranks, "
    "paired t tests of the highest against every other"
)
SMALLEST_COHORT = 5

_DRAWS = 500
_Z = 1.959963984540054
_LEAST_SPREAD = 1e-6
"""Of the errors' variance: keeps the order of members that noise alone could tell apart."""


@dataclass(frozen=True)
class Ranking:
    """One member a row; NaN for members without data, and for all of too small a cohort.

    ``shrunk`` is the mean drawn towards ``group_mean`` by as much as it is noise, with its 95 %
    interval; ``rank`` 1 is the highest, ``rank_low`` to ``rank_high`` its 95 % bootstrap interval.
    ``p_first`` has the highest ``mean`` alone: the largest two-sided p-value of its paired tests
    against every other.
    """

    group_mean: float
    n: Array
    mean: Array
    shrunk: Array
    low: Array
    high: Array
    rank: Array
    rank_low: Array
    rank_high: Array
    p_first: Array


def ranking(values: Array, *, seed: int) -> Ranking:
    """Return the ranking of the rows of ``values`` (members x consecutive days, NaN = missing).

    Shrinkage is that of empirical Bayes (Morris 1983): weight τ²/(τ² + error²), τ² the spread of
    the means beyond their errors. Ranks are drawn anew from whole weeks of days, taken together for
    all members (block bootstrap; Künsch 1989). The same ``seed`` gives the same intervals.
    """
    return _ranking(daily_means(values), values, mean(values[:, _drawn_days(values, seed)]))


def ratio_ranking(numerators: Array, denominators: Array, *, seed: int) -> Ranking:
    """Return the ranking of the ratios of the rows' sums, over the days that have both."""
    is_both = ~np.isnan(numerators) & ~np.isnan(denominators)
    above, below = (np.where(is_both, each, np.nan) for each in (numerators, denominators))
    days = _drawn_days(above, seed)
    bases = np.nansum(below[:, days], axis=-1)
    drawn = np.nansum(above[:, days], axis=-1) / np.where(bases == 0, np.nan, bases)
    means = daily_ratios(above, below)
    ratio = means.mean[:, None]
    shares = ratio + (above - ratio * below) / mean(below)[:, None]
    return _ranking(means, shares, drawn)


def _ranking(means: Means, daily: Array, drawn_means: Array) -> Ranking:
    """Return the ranking by means, of which days, and what they were in each draw."""
    is_ranked = ~np.isnan(means.error)
    if is_ranked.sum() < SMALLEST_COHORT:
        return Ranking(np.nan, means.n, means.mean, *[np.full(len(means.n), np.nan)] * 7)
    raw, noise = means.mean[is_ranked], means.error[is_ranked] ** 2
    beyond = max(float(np.var(raw, ddof=1) - np.mean(noise)), _LEAST_SPREAD * float(np.mean(noise)))
    total = beyond + noise
    weight = np.divide(beyond, total, out=np.ones_like(total), where=total > 0)
    centre = float(np.mean(raw))
    shrunk = centre + weight * (raw - centre)
    margin = _Z * np.sqrt(weight * noise)
    drawn = centre + weight * (drawn_means[is_ranked].T - centre)
    rank_low, rank_high = np.nanquantile(
        _ranks(drawn), [0.025, 0.975], axis=0, method="closest_observation"
    )
    p_first = _p_first(raw, daily[is_ranked])
    found = (shrunk, shrunk - margin, shrunk + margin, _ranks(shrunk), rank_low, rank_high, p_first)
    placed = (_placed(each, is_ranked) for each in found)
    return Ranking(centre, means.n, means.mean, *placed)


def _p_first(means: Array, daily: Array) -> Array:
    """Return, for the highest mean alone, how likely chance is to set it above every other.

    It must beat each of the others (intersection-union test; Berger 1982): the largest p-value is
    that of all. Twice the one-sided one, since either of two equals at the top may come out first.
    """
    first = int(np.argmax(means))
    ahead = daily_means(daily[first] - np.delete(daily, first, axis=0))
    p_value = min(2 * float(np.max(ahead.p_above(np.zeros(len(ahead.n))))), 1.0)
    return np.where(np.arange(len(means)) == first, p_value, np.nan)


def _drawn_days(values: Array, seed: int) -> npt.NDArray[np.int64]:
    """Return draws x days: blocks of a week that start on any day (circular)."""
    days = values.shape[1]
    starts = np.random.default_rng(seed).integers(0, days, size=(_DRAWS, -(-days // WEEK)))
    chosen = (starts[:, :, None] + np.arange(WEEK)) % days
    return np.asarray(chosen.reshape(_DRAWS, -1)[:, :days])


def _ranks(values: Array) -> Array:
    """Return the rank of each value along the last axis, 1 the highest."""
    order = np.argsort(-values, axis=-1, kind="stable")
    return np.argsort(order, axis=-1).astype(float) + 1


def _placed(found: Array, is_ranked: npt.NDArray[np.bool_]) -> Array:
    whole = np.full(len(is_ranked), np.nan)
    whole[is_ranked] = found
    return whole
