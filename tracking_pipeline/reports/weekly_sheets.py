"""The weekly report's sheets of the workbook: one a subject, with every figure as a number."""

from collections.abc import Iterator
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.draft import CellValue, Sheet, SheetColumn
from tracking_pipeline.reports.model import Figure, ReportModel

_FORMATS: Final = {
    "Change %": "+0.0;-0.0;0.0",
    "n": "#,##0",
    "Previous n": "#,##0",
    "Coverage": "0%",
    "p (adjusted)": "0.0000",
    "Interval low": "0.0000",
    "Interval high": "0.0000",
    "Confidence": "0%",
    "Value": "0.000",
    "Threshold": "0.000",
}
_COUNTS: Final = (
    *("Files", "Records", "Accepted", "Duplicate", "Quarantined", "Blank", "Pending"),
    *("Late", "Findings"),
)
_MOST_CLAIMS: Final = 20
_IN_UNIT: Final = {"Value", "Previous value"}

Rows = tuple[tuple[CellValue, ...], ...]


def summary(model: ReportModel) -> Iterator[tuple[str, str]]:
    """Yield what leads the workbook: health, leading figures, supported changes."""
    yield from ((f"Health: {display.title(h.component)}", h.status) for h in model.health)
    for figure in model.headline:
        yield f"{figure.definition.label} ({display.title(figure.entity_id)})", _shown(figure)
    supported = [claim.sentence for claim in model.claims if claim.is_supported]
    yield from (("Tested change", sentence) for sentence in supported[:_MOST_CLAIMS])
    if len(supported) > _MOST_CLAIMS:
        yield "Tested change", f"{len(supported) - _MOST_CLAIMS:,} more on the sheet Claims"


def sheets(model: ReportModel) -> Iterator[Sheet]:
    """Yield the sheets behind the summary."""
    yield _figures(model)
    yield _trends(model)
    yield _claims(model)
    yield _recommendations(model)
    yield _alerts(model)
    yield _quality(model)


def _shown(figure: Figure) -> str:
    value = display.number(figure.value, figure.definition.unit)
    note = f" ({figure.reason})" if figure.reason else ""
    return f"{value}{note}, n = {figure.n:,}, coverage {display.share(figure.coverage)}"


def _sheet(name: str, header: tuple[str, ...], rows: Rows) -> Sheet:
    formats = {**_FORMATS, **dict.fromkeys(_COUNTS, "#,##0")}
    has_unit = "Unit" in header
    columns = tuple(
        SheetColumn(each, formats.get(each, ""), is_in_unit=has_unit and each in _IN_UNIT)
        for each in header
    )
    return Sheet(name, columns, rows)


def _figures(model: ReportModel) -> Sheet:
    header = (
        *("Client", "Entity type", "Entity", "Metric", "Label", "Unit", "Value", "Previous value"),
        *("Change %", "n", "Previous n", "Coverage", "Status", "Reason", "Provenance"),
        *("Relation", "Window start", "Window end"),
    )
    rows = tuple(
        (
            *(f.client_id, f.definition.entity_type, f.entity_id, f.definition.metric),
            *(f.definition.label, f.definition.unit, f.value, f.previous_value, f.change_pct),
            *(f.n, f.previous_n, f.coverage, f.status, f.reason, f.provenance),
            *(f.trace.relation, f.trace.window_start.isoformat(), f.trace.window_end.isoformat()),
        )
        for f in model.figures
    )
    return _sheet("Figures", header, rows)


def _trends(model: ReportModel) -> Sheet:
    header = (
        *("Client", "Entity type", "Entity", "Metric", "Unit", "Value", "Previous value"),
        *("Change %", "Direction", "Significance", "Reason", "Method", "p (adjusted)"),
        *("Interval low", "Interval high"),
    )
    rows = tuple(
        (
            *(f.client_id, f.definition.entity_type, f.entity_id, f.definition.metric),
            *(f.definition.unit, f.value, f.previous_value, f.change_pct, t.direction),
            *(t.significance, t.reason, t.method, t.p_value, t.ci_low, t.ci_high),
        )
        for f in model.figures
        if (t := f.comparison) is not None
    )
    return _sheet("Trends", header, rows)


def _claims(model: ReportModel) -> Sheet:
    header = (
        *("Client", "Entity type", "Entity", "Metric", "Kind", "Supported", "Sentence", "Method"),
        *("n", "p (adjusted)", "Interval low", "Interval high", "Coverage", "Reason"),
    )
    rows = tuple(
        (
            *(c.client_id, c.entity_type, c.entity_id, c.metric, c.kind),
            *("yes" if c.is_supported else "no", c.sentence, c.method, c.n, c.p_value),
            *(c.ci_low, c.ci_high, c.coverage, c.reason),
        )
        for c in model.claims
    )
    return _sheet("Claims", header, rows)


def _recommendations(model: ReportModel) -> Sheet:
    header = (
        *("Rank", "Priority", "Category", "Title", "Description", "Action items", "Metric", "n"),
        *("Expected improvement %", "Return %", "Effort h", "Confidence", "Difficulty"),
    )
    rows = tuple(
        (
            *(r.rank, r.priority, r.category, r.title, r.description, "; ".join(r.action_items)),
            *(r.metric, r.n, r.expected_improvement, r.roi_pct, r.effort_hours, r.confidence),
            r.difficulty,
        )
        for r in model.recommendations
    )
    return _sheet("Recommendations", header, rows)


def _alerts(model: ReportModel) -> Sheet:
    header = (
        *("Severity", "Message", "Client", "Entity type", "Entity", "Metric", "Value"),
        *("Threshold", "n"),
    )
    rows = tuple(
        (
            *(a.severity, a.message, a.client_id, a.entity_type, a.entity_id, a.metric, a.value),
            *(a.threshold, a.n),
        )
        for a in model.alerts
    )
    return _sheet("Alerts", header, rows)


def _quality(model: ReportModel) -> Sheet:
    header = (
        *("Client", "Source", "Files", "Records", "Accepted", "Duplicate", "Quarantined"),
        *("Blank", "Pending", "Late", "Findings", "Coverage"),
    )
    rows = tuple(
        (
            *(s.client_id, s.source, s.n_files, s.n_records, s.n_accepted, s.n_duplicate),
            *(s.n_quarantined, s.n_blank, s.n_pending, s.n_late, s.n_findings, s.coverage),
        )
        for s in model.quality.sources
    )
    return _sheet("Data quality", header, rows)
