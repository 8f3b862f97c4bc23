"""The mean of a daily series and what is known of it, given that days remember."""

from dataclasses import dataclass

import numpy as np

from tracking_pipeline.analysis.statistics.series import (
    WEEK,
    Array,
    count,
    inflation,
    mean,
    spread,
    weekday_medians,
)

METHOD = "mean of days, t interval allowing for weekdays and autocorrelation"


@dataclass(frozen=True)
class Means:
    """One mean a row with its standard error and 95 % interval; NaN below two days.

    ``freedom`` are the degrees of freedom of the t that error and interval rest on.
    """

    n: Array
    mean: Array
    error: Array
    low: Array
    high: Array
    freedom: Array

    def p_above(self, bounds: Array) -> Array:
        """Return the one-sided p-value of each mean lying above its bound (t test)."""
        from scipy.special import stdtr  # noqa: PLC0415 - half a second that other commands need not pay

        distance = self.mean - bounds
        sure = np.select([distance > 0, distance < 0], [np.inf, -np.inf], 0.0)
        t = np.divide(distance, self.error, out=sure, where=self.error > 0)
        return np.where(np.isnan(self.error), np.nan, stdtr(self.freedom, -t))


def daily_means(values: Array) -> Means:
    """Return the mean of each row of ``values`` (series x consecutive days, NaN = missing).

    The rows are the series of one client: ``inflation`` takes their memory together. The variance
    of the mean is s²/n · (1+φ)/(1-φ) (Bayley, Hammersley 1946), s and φ those of the residuals from
    weekday medians where two weeks of days tell them, since weekdays return and are no chance; the
    interval is by t with their degrees of freedom, n - 7 else n - 1, times (1-φ)/(1+φ), at least 1.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - half a second that other commands need not pay

    n, centre = count(values), mean(values)
    has_weekdays = n >= 2 * WEEK
    effects = np.where(has_weekdays[:, None], weekday_medians(values), centre[:, None])
    residuals = values - effects
    factor, left = inflation(residuals), np.maximum(n - np.where(has_weekdays, WEEK, 1), 1)
    error = spread(residuals) * np.sqrt(factor * np.maximum(n - 1, 0) / left / np.maximum(n, 1))
    freedom = np.maximum(left / factor, 1)
    margin = stdtrit(freedom, 0.975) * error
    return Means(n, centre, error, centre - margin, centre + margin, freedom)


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
    low, high = ratio + left.low / scale, ratio + left.high / scale
    return Means(left.n, ratio, left.error / scale, low, high, left.freedom)
