"""Which capabilities succeed too seldom to be chance."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from tracking_pipeline.analysis.statistics.discovery import adjusted_p_values

METHOD: Final = "one-sided score test, adjusted over the capabilities"
SURE: Final = 0.05


def p_below(rates: Sequence[float], n: Sequence[int], line: float) -> list[float]:
    """Return, of each rate of ``n``, the p-value of its lying below ``line``, adjusted for all.

    Score test of a proportion, Benjamini-Hochberg over the rates; no ``n`` may be 0.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - half a second that other commands need not pay

    error = np.sqrt(line * (1 - line) / np.array(n, dtype=float))
    z = (np.array(rates, dtype=float) - line) / error
    return [float(p) for p in adjusted_p_values(np.asarray(ndtr(z), dtype=float))]
