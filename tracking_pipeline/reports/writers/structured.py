"""The report as JSON: what it is of, its kind's own keys, and the rest under ``tracking``."""

import json
from dataclasses import asdict
from datetime import date, datetime

from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.revision import statements


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
            "period": asdict(period),
            "as_of": draft.as_of,
            "revision": draft.revision,
            "data_version": draft.data_version,
            "is_demo": draft.is_demo,
            "data_quality": {"mark": draft.mark, "reasons": draft.reasons},
            "stated": statements(draft),
            "changes": [asdict(change) for change in draft.changes],
        },
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False, default=_plain)
    return (text + "\n").encode()


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value))
