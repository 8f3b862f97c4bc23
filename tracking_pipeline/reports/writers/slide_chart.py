"""Native charts: drawn by the program that shows them, from values that can be edited."""

from datetime import datetime
from io import BytesIO
from typing import Final

import xlsxwriter
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_THEME_COLOR

from tracking_pipeline.reports.slides import SlideChart
from tracking_pipeline.reports.writers.slide_canvas import Box, Canvas, Pptx, paint, style
from tracking_pipeline.reports.writers.slide_text import readable, shortened

_SHAPES: Final = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
}
_FORMATS: Final = {
    "fraction": "0.0 %",
    "percent": '0.0" %"',
    "usd": "$#,##0",
    "ms": '#,##0" ms"',
    "multiple": '0.0"×"',  # noqa: RUF001 - times
}
_CENTS: Final = "$#,##0.00"
_CENTS_BELOW: Final = 100
_SIZE, _DENSE_SIZE = 14, 12
_MOST_LABELS: Final = 7
"""So many columns side by side have room for their values above them."""

_GAP, _WIDE_GAP, _FEW = 45, 90, 4
_SERIES: Final = tuple(getattr(MSO_THEME_COLOR, f"ACCENT_{n}") for n in (1, 2, 5, 3, 4, 6))
_LONGEST_NAME: Final = 2.4
"""Inches of a category's name; the whole of a longer one stands in the notes."""


def draw_chart(canvas: Canvas, box: Box, chart: SlideChart, as_of: datetime) -> None:
    """Add the chart; a category without any value says so in its name."""
    names = [_name(canvas, chart, place) for place in range(len(chart.categories))]
    data: Pptx = CategoryChartData(_number_format(chart))  # type: ignore[no-untyped-call]
    data.categories = names
    for series in chart.series:
        data.add_series(readable(series.name), series.values)
    frame = canvas.shapes.add_chart(_SHAPES[chart.shape], *box.emu, data)
    canvas.describe(frame, f"Chart: {readable(chart.title)}", chart.alt)
    drawn = frame.chart
    drawn.part.chart_workbook.update_from_xlsx_blob(_workbook(chart, names, as_of))
    drawn.has_title = False
    style(drawn.font, _SIZE, "ink")
    _legend(drawn, is_shown=len(chart.series) > 1)
    is_dense = chart.shape != "bar" and len(names) > _MOST_LABELS
    _axes(drawn, chart, is_dense=is_dense)
    _series(drawn, chart, is_dense=is_dense)


def _workbook(chart: SlideChart, names: list[str], as_of: datetime) -> bytes:
    """Return the workbook behind the chart: texts stay texts, and its bytes the same."""
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": as_of.replace(tzinfo=None)})
        page = book.add_worksheet("Sheet1")
        for row, name in enumerate(names, start=1):
            page.write_string(row, 0, name)
        for column, series in enumerate(chart.series, start=1):
            page.write_string(0, column, readable(series.name))
            for row, value in enumerate(series.values, start=1):
                if value is not None:
                    page.write_number(row, column, value)
    return target.getvalue()


def _name(canvas: Canvas, chart: SlideChart, place: int) -> str:
    whole = readable(chart.categories[place])
    name = shortened(whole, _LONGEST_NAME, _SIZE)
    if name != whole:
        canvas.cut.append(whole)
    is_known = any(series.values[place] is not None for series in chart.series)
    return name if is_known else f"{name}: no data"


def _number_format(chart: SlideChart) -> str:
    values = [value for series in chart.series for value in series.values if value is not None]
    if chart.unit == "usd" and max(map(abs, values)) < _CENTS_BELOW:
        return _CENTS
    return _FORMATS.get(chart.unit, "#,##0")


def _legend(drawn: Pptx, *, is_shown: bool) -> None:
    drawn.has_legend = is_shown
    if is_shown:
        drawn.legend.position = XL_LEGEND_POSITION.BOTTOM
        drawn.legend.include_in_layout = False
        style(drawn.legend.font, _SIZE, "ink")


def _axes(drawn: Pptx, chart: SlideChart, *, is_dense: bool) -> None:
    """Name the categories; an axis of values is drawn where they do not stand at the marks."""
    names, values = drawn.category_axis, drawn.value_axis
    names.reverse_order = chart.shape == "bar"
    names.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    style(names.tick_labels.font, _SIZE, "ink")
    paint(_solid(names.format.line), "quiet")
    values.has_major_gridlines = values.visible = is_dense
    if is_dense:
        style(names.tick_labels.font, _DENSE_SIZE, "ink")
        style(values.tick_labels.font, _DENSE_SIZE, "quiet")
        values.format.line.fill.background()
        paint(_solid(values.major_gridlines.format.line), "soft")
        values.tick_labels.number_format = _number_format(chart)
        values.tick_labels.number_format_is_linked = False
    if chart.shape != "line" and all(v is None or v >= 0 for s in chart.series for v in s.values):
        values.minimum_scale = 0


def _series(drawn: Pptx, chart: SlideChart, *, is_dense: bool) -> None:
    plot = drawn.plots[0]
    if chart.shape != "line":
        plot.gap_width, plot.overlap = _WIDE_GAP if len(chart.categories) < _FEW else _GAP, -5
    for series, colour in zip(plot.series, _SERIES, strict=False):
        labels = series.data_labels
        labels.show_value, labels.number_format = not is_dense, _number_format(chart)
        labels.number_format_is_linked = False
        is_line = chart.shape == "line"
        place = XL_LABEL_POSITION.ABOVE if is_line else XL_LABEL_POSITION.OUTSIDE_END
        labels.position = place
        style(labels.font, _SIZE, "ink", is_bold=len(chart.series) == 1)
        mark = series.format.line if is_line else series.format
        mark.fill.solid()
        mark.fill.fore_color.theme_color = colour


def _solid(line: Pptx) -> Pptx:
    line.fill.solid()
    return line.fill.fore_color
