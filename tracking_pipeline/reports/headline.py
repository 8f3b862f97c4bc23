"""Which figures lead a report, as ``headline.csv`` lists them: the most telling first.

A line without an entity names the metric of any.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.model import Figure

LEADING: Final = 4
"""How many figures lead; they are the first of the list that this week or the last one has."""

MOST_CLIENTS: Final = 6
"""Of more clients, those with the most observations lead; the tables hold every one."""

LISTED: Final = Path(__file__).with_name("headline.csv")
_COLUMNS: Final = ("system", "entity_id", "metric")


def headline(system: str, figures: tuple[Figure, ...], listed: Path = LISTED) -> tuple[Figure, ...]:
    """Return the figures that lead the report, by client; without a list, the catalogue's first.

    Raises ReportError when the list has other columns than system, entity_id and metric.
    """
    places = {place: rank for rank, place in enumerate(_places(listed, system))}
    chosen = [(f, rank) for f in figures if (rank := _rank(f, places)) is not None]
    chosen.sort(key=lambda each: (each[0].client_id, each[1]))
    leading = [figure for figure, _ in chosen]
    by_client = groupby(leading or figures, key=lambda figure: figure.client_id)
    kept = _largest(figures)
    return tuple(f for client, group in by_client if client in kept for f in islice(group, LEADING))


def _rank(figure: Figure, places: Mapping[tuple[str, str], int]) -> int | None:
    metric = figure.definition.metric
    return places.get((figure.entity_id, metric), places.get(("", metric)))


def _largest(figures: tuple[Figure, ...]) -> set[str]:
    counts: Counter[str] = Counter()
    for figure in sorted(figures, key=lambda figure: figure.client_id):
        counts[figure.client_id] += figure.n
    return {client for client, _ in counts.most_common(MOST_CLIENTS)}


def _places(listed: Path, system: str) -> list[tuple[str, str]]:
    with listed.open(encoding="utf-8", newline="") as stream:
        lines = csv.DictReader(stream, strict=True)
        if tuple(lines.fieldnames or ()) != _COLUMNS:
            raise ReportError(
                str(listed), "has other columns", f"Write {','.join(_COLUMNS)} in its first line"
            )
        return [(row["entity_id"], row["metric"]) for row in lines if row["system"] == system]
