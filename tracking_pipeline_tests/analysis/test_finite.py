import polars as pl

from tracking_pipeline.analysis.finite import finite


def test_what_is_no_finite_number_is_no_figure() -> None:
    given = pl.DataFrame({"figure": [float("inf"), float("-inf"), float("nan"), None, 0.1 + 0.2]})
    assert given.select(finite(pl.col("figure")))["figure"].to_list() == [None] * 4 + [0.3]
