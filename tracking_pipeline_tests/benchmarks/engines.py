"""Synthetic observations of the 14 engines: the same for the same arguments."""

import csv
import random
from collections.abc import Iterator
from datetime import datetime
from functools import cache

from tracking_pipeline.pipeline import building

_MEASURES = {"operational_cost_usd", "value_generated_usd", "units_of_work", "performance_score"}


@cache
def _metrics() -> dict[str, list[tuple[str, float, float]]]:
    """Return (metric, low, high) of the catalogue by engine."""
    file = building.sql_project().nodes["metrics"].path
    found: dict[str, list[tuple[str, float, float]]] = {}
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["system"] == "engines" and row["metric"] not in _MEASURES:
                low, high = float(row["lower_bound"] or 0), float(row["upper_bound"] or 100)
                found.setdefault(row["entities"], []).append((row["metric"], low, high))
    return found


def observations(n_clients: int, moment: datetime) -> Iterator[dict[str, object]]:
    """Yield what each engine of each client says of itself at ``moment``."""
    draw = random.Random(moment.isoformat())  # noqa: S311 - synthetic figures
    for client in range(n_clients):
        for engine, metrics in _metrics().items():
            yield {
                "client_id": f"client_{client:03}",
                "engine_id": engine,
                "observed_at": moment.isoformat(),
                "metrics": {
                    name: round(low + (high - low) * draw.betavariate(8, 4), 4)
                    for name, low, high in metrics
                },
                "operational_cost_usd": round(draw.uniform(1, 9), 2),
                "value_generated_usd": round(draw.uniform(5, 60), 2),
                "units_of_work": draw.randrange(50, 200),
            }
