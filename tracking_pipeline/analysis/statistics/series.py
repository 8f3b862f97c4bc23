"""Daily series as a matrix: a row a series, a column a consecutive day, NaN where none is."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

WEEK = 7

ROUNDING = 1e-10
"""Values carry 12 significant digits; a spread below this share of them is rounding, not data."""

_STRONGEST = 0.95
"""Beyond this autocorrelation a series tells nothing, and (1+φ)/(1-φ) runs away."""


def median(values: Array) -> Array:
    """Return the median of each row over what is there; NaN of an empty row."""
    ordered = np.sort(values, axis=-1)
    n = np.sum(~np.isnan(values), axis=-1, keepdims=True)
    middle = [np.maximum((n - back) // 2, 0) for back in (1, 0)]
    low, high = (np.take_along_axis(ordered, at, axis=-1) for at in middle)
    return np.asarray(np.where(n > 0, (low + high) / 2, np.nan)[..., 0])


def mean(values: Array) -> Array:
    """Return the mean of each row over what is there; NaN of an empty row."""
    n = count(values)
    return np.asarray(np.where(n > 0, np.nansum(values, axis=-1) / np.maximum(n, 1), np.nan))


def count(values: Array) -> Array:
    """Return how many values of each row are there."""
    return np.asarray(np.sum(~np.isnan(values), axis=-1), dtype=float)


def weekday_medians(values: Array, season: int = WEEK) -> Array:
    """Return, in the shape of ``values``, the median of each day's weekday in its row."""
    n, days = values.shape
    weeks = max(-(-days // season), 1)
    whole = np.full((n, weeks * season), np.nan)
    whole[:, :days] = values
    medians = median(whole.reshape(n, weeks, season).swapaxes(1, 2))
    return np.tile(medians, weeks)[:, :days]


def spread(values: Array) -> Array:
    """Return the standard deviation (n - 1) of each row; 0 where it is rounding, NaN below two."""
    n, centre = count(values), mean(values)
    squares = np.nansum((values - centre[:, None]) ** 2, axis=1)
    squares[squares <= ROUNDING**2 * n * centre**2] = 0.0
    return np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)


def inflation(residuals: Array) -> Array:
    """Return (1+φ)/(1-φ) of each row, by which autocorrelation inflates a variance; at least 1.

    φ is the row's lag-1 autocorrelation, drawn halfway to the mean of the rows that have two weeks
    of days: the rows of one client. Of so few days one alone is known so badly that the rows
    claimed first would be those whose memory chance has hidden.
    """
    phi = _autocorrelation(residuals)
    is_known = (count(residuals) >= 2 * WEEK) & ~_is_flat(residuals)
    of_all = np.mean(phi[is_known]) if is_known.any() else 0.0
    phi = np.where(is_known, (phi + of_all) / 2, phi)
    return np.asarray((1 + phi) / (1 - phi))


def _autocorrelation(residuals: Array) -> Array:
    """Return the lag-1 autocorrelation of each row over neighbouring days that are both there.

    It is corrected for the bias -(2+4φ)/n of residuals from a line (Marriott, Pope 1954; Kendall
    1954), and not below 0: a negative one would lend certainty that short series do not have.
    """
    n = np.maximum(count(residuals), 5)
    centred = residuals - mean(residuals)[:, None]
    products = centred[:, 1:] * centred[:, :-1]
    pairs = np.maximum(count(products), 1)
    squares = np.nansum(centred**2, axis=1) / (n - 1)
    is_flat = _is_flat(residuals)
    raw = np.nansum(products, axis=1) / pairs / np.where(is_flat, 1.0, squares)
    return np.where(is_flat, 0.0, np.clip((n * raw + 2) / (n - 4), 0.0, _STRONGEST))


def _is_flat(residuals: Array) -> npt.NDArray[np.bool_]:
    return np.asarray(np.nan_to_num(spread(residuals)) == 0)
