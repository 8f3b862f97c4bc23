"""Figures as the tables of the analysis keep them."""

import polars as pl


def finite(figures: pl.Expr) -> pl.Expr:
    """Return the figures to 12 significant digits; NULL for what is no finite number.

    NaN is what could not be computed, an infinity what was divided by no spread at all: neither can
    be printed, and JSON knows neither.
    """
    return pl.when(figures.is_finite()).then(figures.round_sig_figs(12)).name.keep()
