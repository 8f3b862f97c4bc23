"""Whether a report says anything new, and what."""

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from tracking_pipeline.reports.model import Change, ReportModel, SourceQuality

_NOT_CONTENT = (
    *("as_of", "revision", "data_version", "changes"),
    *("headline_charts", "daily_charts"),
)


def fingerprint(model: ReportModel) -> str:
    """Return the SHA-256 of what the report says of its own week.

    Histories are left out, so that a late file revises its own week only; so are duplicates, so
    that a re-delivery revises nothing.
    """
    sources = tuple(_without_duplicates(source) for source in model.quality.sources)
    content = asdict(replace(model, quality=replace(model.quality, sources=sources)))
    said = {name: value for name, value in content.items() if name not in _NOT_CONTENT}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def changes(before: dict[str, Any], model: ReportModel) -> tuple[Change, ...]:
    """Return the figures whose value or n differ from ``before``, an earlier ``report.json``."""
    old = {
        (figure["client_id"], *_key(figure["trace"])): figure
        for section in before["tracking"]["sections"]
        for figure in section["figures"]
    }
    new = {(f.client_id, *_key(asdict(f.trace))): asdict(f) for f in model.figures}
    return tuple(
        _change(key, old.get(key), new.get(key))
        for key in sorted(old.keys() | new.keys())
        if _stated(old.get(key)) != _stated(new.get(key))
    )


def _without_duplicates(source: SourceQuality) -> SourceQuality:
    kept = source.n_records - source.n_duplicate
    return replace(source, n_files=0, n_duplicate=0, n_records=kept)


def _key(trace: dict[str, Any]) -> tuple[str, str, str]:
    return trace["entity_type"], trace["entity_id"], trace["metric"]


def _stated(figure: dict[str, Any] | None) -> tuple[float | None, int]:
    return (figure["value"], figure["n"]) if figure else (None, 0)


def _change(
    key: tuple[str, str, str, str], old: dict[str, Any] | None, new: dict[str, Any] | None
) -> Change:
    client_id, entity_type, entity_id, metric = key
    (before, n_before), (after, n_after) = _stated(old), _stated(new)
    return Change(
        client_id=client_id,
        entity_type=entity_type,
        entity_id=entity_id,
        metric=metric,
        unit=(new or old or {})["definition"]["unit"],
        before=before,
        after=after,
        n_before=n_before,
        n_after=n_after,
    )
