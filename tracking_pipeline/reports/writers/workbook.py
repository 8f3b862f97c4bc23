"""The report as an Excel workbook: typed numbers, one sheet a subject, nothing that executes."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from tracking_pipeline.reports import display
from tracking_pipeline.reports.draft import CellValue, Draft, Sheet, SheetColumn
from tracking_pipeline.reports.frame import change_label

# A fraction is in Excel what it is here; the other units keep their number and name their unit.
_UNIT_FORMATS: Final = {
    "fraction": "0.0%",
    "percent": "0.0",
    "count": "#,##0",
    "usd": "$#,##0.00",
    "ms": "#,##0",
    "multiple": '#,##0.0"\N{MULTIPLICATION SIGN}"',
}
_ANY_UNIT: Final = "#,##0.00"
_WIDEST: Final = 60
_IN_UNIT_WIDTH: Final = 14
_HEAD: Final = {
    "bold": True,
    "font_color": "#FFFFFF",
    "bg_color": "#12303A",
    "text_wrap": True,
    "valign": "top",
}
_BODY: Final = {"valign": "top", "bottom": 4, "bottom_color": "#DFE5EC"}


def workbook(draft: Draft) -> bytes:
    """Return the report as XLSX, created ``as_of``; texts stay texts, missing values stay empty."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {
                "title": f"{draft.title or draft.subject_label}: {draft.kind_label.lower()}",
                "subject": display.span(draft.period),
                "author": "Tracking Pipeline",
                "created": draft.as_of.replace(tzinfo=None),
            }
        )
        formats = _Formats(book)
        for sheet in _sheets(draft):
            _write(book, formats, sheet)
    return target.getvalue()


class _Formats:
    """The workbook's cell formats, each made once."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 - xlsxwriter is untyped
        self._book = book
        self._made: dict[str, Any] = {}
        self.head = book.add_format(_HEAD)
        self.text = book.add_format({**_BODY, "text_wrap": True})

    def number(self, pattern: str) -> Any:  # noqa: ANN401 - xlsxwriter is untyped
        if pattern not in self._made:
            self._made[pattern] = self._book.add_format({**_BODY, "num_format": pattern})
        return self._made[pattern]


def _sheets(draft: Draft) -> Iterator[Sheet]:
    yield _summary(draft)
    yield from draft.sheets
    if draft.changes:
        yield _changes(draft)


def _summary(draft: Draft) -> Sheet:
    facts: tuple[tuple[str, CellValue], ...] = (
        ("Report", draft.kind_label),
        ("Of", draft.title or draft.subject_label),
        ("Period", display.span(draft.period)),
        ("Time zone", draft.period.zone),
        ("As of", display.instant(draft.as_of)),
        ("Revision", draft.revision),
        ("Data version", draft.data_version),
        ("Data quality", draft.mark),
        ("Demo", "simulated figures are marked" if draft.is_demo else "no"),
        *(("Data quality", reason) for reason in draft.reasons),
        *draft.summary,
    )
    return Sheet("Summary", (SheetColumn("What"), SheetColumn("Value")), facts)


def _changes(draft: Draft) -> Sheet:
    columns = (
        *(SheetColumn("Figure"), SheetColumn("What"), SheetColumn("Unit")),
        *(SheetColumn(name, is_in_unit=True) for name in ("Before", "Now")),
        *(SheetColumn(name, "#,##0") for name in ("n before", "n")),
    )
    rows = tuple(
        (c.figure, change_label(c, draft), c.unit, c.before, c.after, c.n_before, c.n_after)
        for c in draft.changes
    )
    return Sheet("Revised", columns, rows)


def _write(book: Any, formats: _Formats, sheet: Sheet) -> None:  # noqa: ANN401 - untyped
    page = book.add_worksheet(sheet.name)
    page.write_row(0, 0, [column.name for column in sheet.columns], formats.head)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.hide_gridlines(2)
    patterns = _patterns(sheet)
    for number, row in enumerate(sheet.rows, start=1):
        for place, (pattern, value) in enumerate(zip(next(patterns), row, strict=True)):
            _cell(page, formats, (number, place), value, pattern)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, _width(sheet, place, column))
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)


def _patterns(sheet: Sheet) -> Iterator[list[str]]:
    """Yield each row's number formats."""
    names = [column.name for column in sheet.columns]
    unit_at = names.index("Unit") if "Unit" in names else None
    for row in sheet.rows:
        unit = "" if unit_at is None else str(row[unit_at])
        in_unit = _UNIT_FORMATS.get(unit, _ANY_UNIT)
        yield [in_unit if c.is_in_unit else c.number_format for c in sheet.columns]


def _width(sheet: Sheet, place: int, column: SheetColumn) -> int:
    if column.is_in_unit:
        return _IN_UNIT_WIDTH
    widest = max([len(column.name), *(_length(row[place]) for row in sheet.rows)])
    return min(widest + 2, _WIDEST)


def _length(value: CellValue) -> int:
    return len(f"{value:,.2f}" if isinstance(value, float) else str(value or ""))


def _cell(
    page: Any,  # noqa: ANN401 - xlsxwriter is untyped
    formats: _Formats,
    place: tuple[int, int],
    value: CellValue,
    pattern: str,
) -> None:
    if isinstance(value, int | float):
        page.write_number(*place, value, formats.number(pattern))
    elif value is not None:
        page.write_string(*place, value, formats.text)
