"""Many candidates at once: how many of the discoveries may be false."""

import numpy as np

from tracking_pipeline.analysis.statistics.series import Array


def adjusted_p_values(p_values: Array) -> Array:
    """Return the p-values of one family, adjusted by the step-up rule of Benjamini, Hochberg 1995.

    Of those below q at most the share q is expected to be false. NaN (not tested) stays NaN and
    counts for nothing.
    """
    adjusted = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(-p_values[tested], kind="stable")]
    m = len(order)
    adjusted[order] = np.minimum.accumulate(p_values[order] * m / np.arange(m, 0, -1))
    return adjusted
