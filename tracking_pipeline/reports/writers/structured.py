"""The report as JSON: what it is of, its kind's own keys, and the rest under ``tracking``."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from json import JSONEncoder
from typing import Final

from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.revision import statements

_LAID_DEPTH: Final = 4
"""So deep a mapping has a line a key and a list a line an element; below, all is on one line."""


def structured(draft: Draft) -> bytes:
    """Return the report as UTF-8 JSON; ``report_metadata`` is seed 001's."""
    period = draft.period
    document = {
        "report_metadata": {
            "report_id": draft.report_id,
            "generated_at": draft.as_of.isoformat(),
            "analysis_period": {
                "start_date": period.start.isoformat(),
                "end_date": period.end.isoformat(),
                "days_analyzed": period.n_days,
            },
            "report_type": draft.kind,
        },
        **draft.data,
        "tracking": {
            **(draft.details or {}),
            "kind": draft.kind,
            "subject": draft.subject,
            "subject_label": draft.subject_label,
            "period": period,
            "as_of": draft.as_of,
            "revision": draft.revision,
            "data_version": draft.data_version,
            "is_demo": draft.is_demo,
            "data_quality": {"mark": draft.mark, "reasons": draft.reasons},
            "stated": statements(draft),
            "changes": draft.changes,
        },
    }
    return (_laid(document, _LAID_DEPTH) + "\n").encode()


def _laid(value: object, depth: int) -> str:
    if isinstance(value, Mapping) and value and depth:
        pairs = (f"{_ENCODER.encode(key)}: {_laid(held, depth - 1)}" for key, held in value.items())
        return "{\n" + ",\n".join(pairs) + "\n}"
    if isinstance(value, list | tuple) and value and depth:
        return "[\n" + ",\n".join(map(_ENCODER.encode, value)) + "\n]"
    return _ENCODER.encode(value)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value):
        return vars(value)
    raise TypeError(type(value))


_ENCODER: Final = JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
)
