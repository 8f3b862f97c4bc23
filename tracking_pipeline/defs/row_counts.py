from collections.abc import Iterable

import dagster as dg

from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.swap import quote


def row_counts(settings: Settings, keys: Iterable[dg.AssetKey]) -> dict[dg.AssetKey, int]:
    """Return how many rows each table or view ``schema/name`` has."""
    with writer(settings) as con:
        counts = {}
        for key in keys:
            relation = ".".join(map(quote, key.path))
            counts[key] = int(con.execute(f"select count(*) from {relation}").fetchall()[0][0])
    return counts
