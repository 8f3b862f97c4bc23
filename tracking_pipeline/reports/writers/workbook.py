"""The report as an Excel workbook: typed numbers, one sheet a subject, nothing that executes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import Figure, ReportModel

# A fraction is in Excel what it is here; the other units keep their number and name their unit.
_UNIT_FORMATS: Final = {
    "fraction": "0.0%",
    "percent": "0.0",
    "count": "#,##0",
    "usd": "$#,##0.00",
    "ms": "#,##0",
}
_WIDEST = 60


@dataclass(frozen=True)
class _Sheet:
    """A table of one sheet; the cells of a column named in ``units`` follow their row's unit."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    formats: dict[str, str]
    units: tuple[str, ...] = ()


def workbook(model: ReportModel) -> bytes:
    """Return the report as XLSX, created ``as_of``; texts stay texts, missing values stay empty."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {
                "title": f"{model.system_label}: weekly report",
                "subject": display.span(model.period),
                "author": "Tracking Pipeline",
                "created": model.as_of.replace(tzinfo=None),
            }
        )
        for sheet in _sheets(model):
            _write(book, sheet)
    return target.getvalue()


def _sheets(model: ReportModel) -> Iterable[_Sheet]:
    yield _summary(model)
    yield _figures("Figures", model.figures)
    yield _trends(model)
    yield _recommendations(model)
    yield _alerts(model)
    yield _quality(model)
    if model.changes:
        yield _changes(model)


def _summary(model: ReportModel) -> _Sheet:
    facts = [
        ("System", model.system_label),
        ("Period", display.span(model.period)),
        ("Time zone", model.period.zone),
        ("As of", display.instant(model.as_of)),
        ("Revision", model.revision),
        ("Data version", model.data_version),
        ("Data quality", model.quality.mark),
        ("Demo", "simulated figures are marked" if model.is_demo else "no"),
        *(("Data quality", reason) for reason in model.quality.reasons),
        *((f"Health: {display.title(h.component)}", h.status) for h in model.health),
        *(
            (f"{f.definition.label} ({display.title(f.entity_id)})", _shown(f))
            for f in model.headline
        ),
        *(("Tested change", claim.sentence) for claim in model.claims if claim.is_supported),
    ]
    return _Sheet("Summary", ("What", "Value"), tuple(facts), {})


def _shown(figure: Figure) -> str:
    value = display.number(figure.value, figure.definition.unit)
    note = f" ({figure.reason})" if figure.reason else ""
    return f"{value}{note}, n = {figure.n:,}, coverage {display.share(figure.coverage)}"


def _figures(name: str, figures: Sequence[Figure]) -> _Sheet:
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
        for f in figures
    )
    formats = {"Coverage": "0%", "Change %": "+0.0;-0.0;0.0", "n": "#,##0", "Previous n": "#,##0"}
    return _Sheet(name, header, rows, formats, units=("Value", "Previous value"))


def _trends(model: ReportModel) -> _Sheet:
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
    formats = {"Change %": "+0.0;-0.0;0.0", "p (adjusted)": "0.0000"}
    formats |= {"Interval low": "0.0000", "Interval high": "0.0000"}
    return _Sheet("Trends", header, rows, formats, units=("Value", "Previous value"))


def _recommendations(model: ReportModel) -> _Sheet:
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
    return _Sheet("Recommendations", header, rows, {"Confidence": "0%"})


def _alerts(model: ReportModel) -> _Sheet:
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
    return _Sheet("Alerts", header, rows, {"Value": "0.000", "Threshold": "0.000"})


def _quality(model: ReportModel) -> _Sheet:
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
    counts = dict.fromkeys(header[2:-1], "#,##0")
    return _Sheet("Data quality", header, rows, {**counts, "Coverage": "0%"})


def _changes(model: ReportModel) -> _Sheet:
    header = (
        *("Client", "Entity type", "Entity", "Metric", "Unit", "What", "Before", "Now"),
        *("n before", "n"),
    )
    rows = tuple(
        (
            *(c.client_id, c.entity_type, c.entity_id, c.metric, c.unit, c.what),
            *(c.before, c.after, c.n_before, c.n_after),
        )
        for c in model.changes
    )
    return _Sheet("Revised", header, rows, {}, units=("Before", "Now"))


def _write(book: Any, sheet: _Sheet) -> None:  # noqa: ANN401 - xlsxwriter is untyped
    page = book.add_worksheet(sheet.name)
    head = book.add_format(
        {
            "bold": True,
            "font_color": "#FFFFFF",
            "bg_color": "#12303A",
            "text_wrap": True,
            "valign": "top",
        }
    )
    page.write_row(0, 0, sheet.header, head)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.hide_gridlines(2)
    for number, row in enumerate(sheet.rows, start=1):
        unit = row[sheet.header.index("Unit")] if "Unit" in sheet.header else ""
        for column, (name, value) in enumerate(zip(sheet.header, row, strict=True)):
            pattern = _UNIT_FORMATS.get(str(unit), "#,##0.00") if name in sheet.units else ""
            _cell(book, page, (number, column), value, pattern or sheet.formats.get(name, ""))
    for column, name in enumerate(sheet.header):
        widest = max([len(name), *(len(str(row[column] or "")) for row in sheet.rows)])
        page.set_column(column, column, min(widest + 2, _WIDEST) if name not in sheet.units else 14)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.header) - 1)


def _cell(book: Any, page: Any, place: tuple[int, int], value: object, pattern: str) -> None:  # noqa: ANN401
    if value is None:
        return
    look: dict[str, object] = {"valign": "top", "bottom": 4, "bottom_color": "#DFE5EC"}
    if isinstance(value, int | float):
        page.write_number(*place, value, book.add_format({**look, "num_format": pattern}))
    else:
        page.write_string(*place, str(value), book.add_format({**look, "text_wrap": True}))
