"""Whether a report says anything new, and what."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import (
    Change,
    Changed,
    Comparison,
    ReportModel,
    SourceQuality,
)

_NOT_CONTENT = (
    *("as_of", "revision", "data_version", "changes"),
    *("headline_charts", "daily_charts"),
)


def fingerprint(model: ReportModel) -> str:
    """Return the SHA-256 of what the report says of its week and of the week before.

    So a late file revises its own week and the following one. Histories are left out, so that it
    revises no later one; so are duplicates, so that a re-delivery revises nothing.
    """
    sources = tuple(_without_duplicates(source) for source in model.quality.sources)
    content = asdict(replace(model, quality=replace(model.quality, sources=sources)))
    said = {name: value for name, value in content.items() if name not in _NOT_CONTENT}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def changes(before: dict[str, Any], model: ReportModel) -> tuple[Change, ...]:
    """Return what ``before``, an earlier ``report.json``, said otherwise of the figures.

    One change per figure and value, previous value or verdict; the first two also when only the n
    behind them differs.
    """
    old = {
        (figure["client_id"], *_key(figure["trace"])): figure
        for section in before["tracking"]["sections"]
        for figure in section["figures"]
    }
    new = {(f.client_id, *_key(asdict(f.trace))): asdict(f) for f in model.figures}
    return tuple(
        change
        for key in sorted(old.keys() | new.keys())
        for change in _changes(key, old.get(key), new.get(key))
    )


def _without_duplicates(source: SourceQuality) -> SourceQuality:
    kept = source.n_records - source.n_duplicate
    return replace(source, n_files=0, n_duplicate=0, n_records=kept)


def _key(trace: dict[str, Any]) -> tuple[str, str, str]:
    return trace["entity_type"], trace["entity_id"], trace["metric"]


def _changes(
    key: tuple[str, str, str, str], old: dict[str, Any] | None, new: dict[str, Any] | None
) -> Iterator[Change]:
    before, after = _stated(old), _stated(new)
    for what in before:
        if before[what] != after[what]:
            yield Change(
                *key,
                unit=(new or old or {})["definition"]["unit"],
                what=what,
                before=before[what][0],
                after=after[what][0],
                n_before=before[what][1],
                n_after=after[what][1],
            )


def _stated(figure: dict[str, Any] | None) -> dict[Changed, tuple[float | str | None, int]]:
    """Return what is said of a figure, each beside the n behind it."""
    compared = figure and figure["comparison"]
    verdict = display.verdict(Comparison(**compared) if compared else None)
    if figure is None:
        return {"value": (None, 0), "previous_value": (None, 0), "verdict": (verdict, 0)}
    return {
        "value": (figure["value"], figure["n"]),
        "previous_value": (figure["previous_value"], figure["previous_n"]),
        "verdict": (verdict, 0),
    }
