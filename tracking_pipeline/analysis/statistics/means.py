"""The mean of a daily series and what is known of it, given that days remember."""

from dataclasses import dataclass

import numpy as np

from tracking_pipeline.analysis.statistics.series import Array, count, inflation, mean, spread

METHOD = "mean of days, t interval allowing for autocorrelation"


@dataclass(frozen=True)
class Means:
    """One mean a row with its standard error and 95 % interval; NaN below two days."""

    n: Array
    mean: Array
    error: Array
    low: Array
    high: Array


def daily_means(values: Array) -> Means:
    """Return the mean of each row of ``values`` (series x consecutive days, NaN = missing).

    The variance of the mean is s²/n · (1+φ)/(1-φ) (Bayley, Hammersley 1946), the interval by t
    with n·(1-φ)/(1+φ) - 1 degrees of freedom, at least 1.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - half a second that other commands need not pay

    n, centre, factor = count(values), mean(values), inflation(values)
    error = spread(values) * np.sqrt(factor / np.maximum(n, 1))
    margin = stdtrit(np.maximum(n / factor - 1, 1), 0.975) * error
    return Means(n, centre, error, centre - margin, centre + margin)


def daily_ratios(numerators: Array, denominators: Array) -> Means:
    """Return the ratio of the sums of each row, over the days that have both.

    Its variance is that of the mean residual numerator - ratio · denominator over the squared mean
    denominator (Cochran 1977, 6.4). NaN where the denominators sum to 0.
    """
    is_both = ~np.isnan(numerators) & ~np.isnan(denominators)
    above, below = (np.where(is_both, each, np.nan) for each in (numerators, denominators))
    base = mean(below)
    base = np.where(base == 0, np.nan, base)
    ratio = mean(above) / base
    left = daily_means(above - ratio[:, None] * below)
    scale = np.abs(base)
    return Means(
        left.n, ratio, left.error / scale, ratio + left.low / scale, ratio + left.high / scale
    )
