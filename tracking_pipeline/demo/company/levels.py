"""The level of every series of the demo company: what chance and planted changes move."""

from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from tracking_pipeline.demo.company.plan import plan

CATALOGUE = Path(__file__).parents[3] / "dbt_like_sql" / "seeds" / "metrics.csv"
LEVELS = Path(__file__).with_name("levels.csv")
_ROOM_KEPT: Final = 0.15


def is_of(client_id: str, engine_id: str, metric: str | None = None) -> pl.Expr:
    """Return whether a row is of that engine of that client, and of ``metric`` when it is given."""
    is_engine = (pl.col("client_id") == client_id) & (pl.col("engine_id") == engine_id)
    return is_engine if metric is None else is_engine & (pl.col("metric") == metric)


@cache
def levels() -> pl.DataFrame:
    """Return one row a (client_id, engine_id, metric) of the 14 engines, in a fixed order.

    ``level`` is the benchmark times the client's quality, in the metric's unit; ``highest`` bounds
    it where the metric has an upper bound (``ceiling``). ``pair`` numbers the (client, engine)
    pairs; ``is_counted`` marks the metric that counts its engine's units of work.
    """
    upper = pl.col("upper_bound").cast(pl.Float64)
    quality = pl.when(pl.col("direction") == "lower").then(1 / pl.col("quality"))
    metrics = _metrics()
    pairs = _pairs()
    return pairs.join(metrics, on="engine_id", maintain_order="left_right").select(
        *("client_id", "engine_id", "metric", "pair", "is_counted"),
        is_lower_better=pl.col("direction") == "lower",
        is_summed=pl.col("additivity") == "sum",
        level=pl.col("benchmark") * quality.otherwise(pl.col("quality")),
        floor=pl.col("lower_bound").cast(pl.Float64).fill_null(-float("inf")),
        ceiling=upper.fill_null(float("inf")),
        highest=(upper - _ROOM_KEPT * (upper - pl.col("benchmark"))).fill_null(float("inf")),
    )


def _metrics() -> pl.DataFrame:
    counted = [engine.counts for engine in plan().engines]
    return (
        pl.read_csv(CATALOGUE)
        .filter(pl.col("system") == "engines", pl.col("weight") > 0)
        .join(pl.read_csv(LEVELS), on="metric", validate="1:1", maintain_order="left")
        .with_columns(
            pl.col("benchmark").cast(pl.Float64), is_counted=pl.col("metric").is_in(counted)
        )
        .rename({"entities": "engine_id"})
    )


def _pairs() -> pl.DataFrame:
    company = plan()
    return pl.DataFrame(
        [
            {
                "client_id": client.client_id,
                "engine_id": engine.engine_id,
                "quality": float(client.engine_quality.get(engine.engine_id, client.quality)),
            }
            for client in company.clients
            for engine in company.engines
        ]
    ).with_row_index("pair")
