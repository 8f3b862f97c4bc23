"""The daily series of a system as one matrix, up to a given day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import duckdb
import numpy as np
import polars as pl

from tracking_pipeline.analysis.statistics.series import Array

Found = TypeVar("Found")

SERIES = ("system", "client_id", "entity_type", "entity_id", "metric")

SUBJECT = """
    metrics.label || ' of ' || case
        when engines.name is null then replace(entity_id, '_', ' ')
        else engines.name || ' (' || entity_id || ')'
    end
"""

_KEYS = f"""
    select
        keys.*, metrics.unit, metrics.direction as better, metrics.additivity,
        metrics.aggregation, {SUBJECT} as subject
    from keys
    join seeds.metrics as metrics using (system, entity_type, metric)
    left join seeds.engines as engines
        on keys.entity_type = 'engine' and keys.entity_id = engines.engine_id
    order by all
"""


@dataclass(frozen=True)
class Daily:
    """``values`` is series x days, NaN where a day is missing; its last column is ``end``.

    ``keys`` holds a row a series: its key, subject, unit, better, additivity and aggregation.
    """

    keys: pl.DataFrame
    values: Array
    end: date

    def last(self, days: int) -> "Daily":
        """Return the same series over their last ``days`` days."""
        return Daily(self.keys, self.values[:, -days:], self.end)

    def before(self, days: int) -> "Daily":
        """Return the same series without their last ``days`` days."""
        width = self.values.shape[1] - days
        return Daily(self.keys, self.values[:, :width], self.end - timedelta(days=days))

    def only(self, chosen: pl.Expr) -> "Daily":
        """Return the series whose keys are ``chosen``."""
        found = self.keys.with_row_index("row").filter(chosen)
        return Daily(found.drop("row"), self.values[found["row"].to_numpy()], self.end)

    def by_client(self, judge: Callable[[Array], Found]) -> Found:
        """Return what ``judge``, a dataclass of a figure a row, finds of each client by itself.

        The rows stay in order: ``keys`` holds the clients one after the other.
        """
        clients = self.keys["client_id"].unique(maintain_order=True)
        apart = [self.only(pl.col("client_id") == client) for client in clients] or [self]
        found = [judge(part.values) for part in apart]
        figures = zip(*(vars(each).values() for each in found), strict=True)
        return type(found[0])(*(np.concatenate(each) for each in figures))

    def total(self) -> Array:
        """Return the sum of all series as one row; NaN on days without any."""
        is_there = ~np.isnan(self.values).all(axis=0, keepdims=True)
        return np.where(is_there, np.nansum(self.values, axis=0, keepdims=True), np.nan)


def daily_series(con: duckdb.DuckDBPyConnection, system: str, end: date, days: int) -> Daily:
    """Return every series of ``system`` with a value in the ``days`` days up to ``end``."""
    points = con.execute(
        f"select {', '.join(SERIES)}, metric_date - $first::date as day, value "
        "from marts.daily_series "
        "where system = $system and metric_date between $first and $end and value is not null",
        {"system": system, "first": end - timedelta(days=days - 1), "end": end},
    ).pl()
    unnamed = points.select(SERIES).unique()
    con.register("keys", unnamed)
    keys = con.execute(_KEYS).pl()
    con.unregister("keys")
    found = points.join(keys.with_row_index("row"), on=SERIES)
    values = np.full((keys.height, days), np.nan)
    values[found["row"].to_numpy(), found["day"].to_numpy()] = found["value"].to_numpy()
    return Daily(keys, values, end)
