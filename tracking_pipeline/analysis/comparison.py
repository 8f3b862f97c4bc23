"""Whether a figure changed from one week to the next: two-sample tests from sums, row by row."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""

_ROUNDING = 1e-10
"""Sums carry 12 significant digits; a spread below this share of them is rounding, not data."""


@dataclass(frozen=True)
class Sample:
    """One week of a metric per row; of a rate, ``total`` counts the successes."""

    n: Array
    total: Array
    sum_of_squares: Array

    @property
    def mean(self) -> Array:
        """The mean, or the rate, of each row; NaN without data."""
        return self.total / self.n

    @property
    def variance(self) -> Array:
        """The variance (n - 1) of each row; NaN below two observations."""
        spread = self.sum_of_squares - self.total**2 / self.n
        spread = np.where(spread <= _ROUNDING * self.sum_of_squares, 0.0, spread)
        return np.where(self.n > 1, spread / (self.n - 1), np.nan)


@dataclass(frozen=True)
class Comparison:
    """One test per row; the interval is of the difference, this week minus the last.

    Its level is 95 % unless a test is asked for another.
    NaN stands where the test is undefined: no data, or two means without any spread.
    """

    method: str
    statistic: Array
    p_value: Array
    ci_low: Array
    ci_high: Array


def wilson_interval(successes: Array, n: Array) -> tuple[Array, Array]:
    """Return the 95 % score interval of each rate (Wilson 1927; Newcombe 1998a, method 3)."""
    rate = successes / n
    centre = rate + _Z**2 / (2 * n)
    margin = _Z * np.sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return (centre - margin) / scale, (centre + margin) / scale


def newcombe_interval(week: Sample, previous: Sample) -> tuple[Array, Array]:
    """Return the 95 % interval of each difference of rates (Newcombe 1998b, method 10)."""
    difference = week.mean - previous.mean
    low, high = wilson_interval(week.total, week.n)
    previous_low, previous_high = wilson_interval(previous.total, previous.n)
    return (
        difference - np.hypot(week.mean - low, previous_high - previous.mean),
        difference + np.hypot(high - week.mean, previous.mean - previous_low),
    )


@np.errstate(divide="ignore", invalid="ignore")
def compare_rates(week: Sample, previous: Sample) -> Comparison:
    """Return the pooled two-proportion z test of each row, with the Newcombe interval.

    Two rates that are both 0 or both 1 do not differ: z is 0 and p is 1.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - half a second that other commands need not pay

    pooled = (week.total + previous.total) / (week.n + previous.n)
    error = np.sqrt(pooled * (1 - pooled) * (1 / week.n + 1 / previous.n))
    z = np.where(error == 0, 0.0, (week.mean - previous.mean) / error)
    return Comparison(
        "two-proportion z test, Newcombe interval",
        z,
        2 * ndtr(-np.abs(z)),
        *newcombe_interval(week, previous),
    )


@np.errstate(divide="ignore", invalid="ignore")
def compare_means(week: Sample, previous: Sample, *, level: float = 0.95) -> Comparison:
    """Return Welch's t test of each row from its sums, with its t interval of ``level``."""
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - half a second that other commands need not pay

    share, previous_share = week.variance / week.n, previous.variance / previous.n
    error = np.sqrt(share + previous_share)
    freedom = (share + previous_share) ** 2 / (
        share**2 / (week.n - 1) + previous_share**2 / (previous.n - 1)
    )
    difference = week.mean - previous.mean
    t = np.where(error == 0, np.nan, difference / error)
    margin = stdtrit(freedom, (1 + level) / 2) * error
    return Comparison(
        "Welch t test, t interval",
        t,
        2 * stdtr(freedom, -np.abs(t)),
        difference - margin,
        difference + margin,
    )
