"""How each kind of chart is drawn; a direction never rests on colour alone."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import altair as alt

from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import Chart, ChartKind, Point

INK, MUTED, LINE, ACCENT, SOFT = "#16202e", "#5b6776", "#dfe5ec", "#0f6674", "#b9d5d9"
_CELL_INK, _NO_CELL, _GAP = (
    "#17202e",
    "#e9edf2",
    "#ffffff",
)  # light on a dark page, too
_SERIES: Final = (ACCENT, "#c4622d", "#8367c7", "#9a7d0a", "#3d7fd0", "#b0527f")
_DASHES: Final = ([1, 0], [7, 3], [2, 2], [8, 3, 2, 3], [4, 2], [10, 4])
_SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_AXIS_FORMATS: Final = {
    "fraction": ".0%",
    "percent": ".0f",
    "count": "~s",
    "ms": "~s",
    "usd": "$~s",
}
_WORSE, _EVEN, _BETTER = "#e9a36a", "#f7f7f5", "#7fb2dd"
_SMALL: Final = 10
_FAR: Final = 0.5
"""A heat map's colours end at half above and half below; its texts do not."""

_BAR_HEIGHT: Final = 24
_BAR_WIDTH: Final = 300
_LINES_WIDTH: Final = 430
_CELL_HEIGHT: Final = 26

Drawing = Any  # Altair's chart classes are untyped


def _history(chart: Chart) -> Drawing:
    base = alt.Chart(_data(chart)).encode(x=_dates(chart), y=_values(chart, zero=False))
    last = alt.datum.label == chart.points[-1].label
    return alt.layer(
        base.mark_line(color=ACCENT, strokeWidth=2.2, interpolate="linear"),
        base.mark_circle(color=ACCENT, size=18, opacity=1),
        base.transform_filter(last).mark_circle(color=ACCENT, size=70, opacity=1),
    ).properties(width=176, height=64)


def _ranking(chart: Chart) -> Drawing:
    base = alt.Chart(_data(chart)).encode(
        y=_names(chart), x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(zero=True))
    )
    bars = base.mark_bar(color=SOFT, height=14, cornerRadiusEnd=3)
    spans = base.transform_filter("isValid(datum.low)").mark_rule(color=ACCENT, strokeWidth=1.2)
    texts = base.mark_text(align="left", dx=6, color=INK, fontSize=11)
    is_free = chart.reference is None  # a reference would cross the texts at the bars' ends
    return alt.layer(
        bars,
        spans.encode(x="low:Q", x2="end:Q"),
        texts.encode(x="end:Q" if is_free else alt.value(_BAR_WIDTH), text="shown:N"),
        *_upright(chart),
    ).properties(width=_BAR_WIDTH, height=_BAR_HEIGHT * len(chart.points))


def _lines(chart: Chart) -> Drawing:
    names = list(dict.fromkeys(point.series for point in chart.points))
    legend = alt.Legend(title=None, orient="bottom", columns=3, symbolSize=70, labelLimit=170)
    base = alt.Chart(_data(chart)).encode(
        x=_dates(chart),
        y=_values(chart, zero=False),
        color=alt.Color("series:N", legend=legend, scale=_scale(names, _SERIES)),
    )
    return alt.layer(
        base.mark_line(strokeWidth=2).encode(
            strokeDash=alt.StrokeDash("series:N", legend=legend, scale=_scale(names, _DASHES))
        ),
        base.mark_point(size=26, filled=True, opacity=1).encode(
            shape=alt.Shape("series:N", legend=legend, scale=_scale(names, _SHAPES))
        ),
        *_level(chart),
    ).properties(width=_LINES_WIDTH, height=190)


def _heat(chart: Chart) -> Drawing:
    columns = list(dict.fromkeys(point.series for point in chart.points))
    rows = list(dict.fromkeys(point.label for point in chart.points))
    axis = alt.Axis(orient="top", labelAngle=0, labelLimit=140, ticks=False, domain=False)
    base = alt.Chart(_data(chart)).encode(
        y=_names(chart), x=alt.X("series:N", title=None, sort=columns, axis=axis)
    )
    ends, colours = [-_FAR, 0, _FAR], [_WORSE, _EVEN, _BETTER]
    scale = alt.Scale(domain=ends, range=colours, clamp=True, interpolate="rgb")
    width = max(70, min(150, 480 // len(columns)))
    return alt.layer(
        base.mark_rect(color=_NO_CELL, stroke=_GAP, strokeWidth=2),
        base.transform_filter("isValid(datum.value)")
        .mark_rect(stroke=_GAP, strokeWidth=2)
        .encode(color=alt.Color("value:Q", legend=None, scale=scale)),
        base.mark_text(color=_CELL_INK, fontSize=11).encode(text="shown:N"),
    ).properties(width=width * len(columns), height=_CELL_HEIGHT * len(rows))


def _tornado(chart: Chart) -> Drawing:
    names = list(dict.fromkeys(point.label for point in chart.points))
    span = [point.value for point in chart.points if point.value is not None]
    room = 0.22 * (max(span) - min(span))  # the texts stand outside the bars
    axis = alt.Axis(tickCount=4, format=_form(chart), domain=False, ticks=False)
    scale = alt.Scale(domain=[min(span) - room, max(span) + room], nice=False, zero=False)
    base = alt.Chart(alt.InlineData(values=list(_ends(chart)))).encode(
        y=_names(chart, 320), x=alt.X("value:Q", title=None, axis=axis, scale=scale)
    )
    ends = _scale(["low", "high"], (SOFT, ACCENT))
    bars = base.mark_bar(height=16).encode(
        x2=alt.datum(chart.reference),
        color=alt.Color("series:N", legend=None, scale=ends),
    )
    texts = base.encode(text="shown:N")
    left, right = texts.transform_filter("datum.is_left"), texts.transform_filter("!datum.is_left")
    return alt.layer(
        bars,
        left.mark_text(align="right", dx=-5, color=INK, fontSize=11),
        right.mark_text(align="left", dx=5, color=INK, fontSize=11),
        *_upright(chart),
    ).properties(width=420, height=(_BAR_HEIGHT + 6) * len(names))


def _forecast(chart: Chart) -> Drawing:
    base = alt.Chart(_data(chart)).encode(x=_dates(chart, "%b"), y=_values(chart, zero=True))
    seen = base.transform_filter(alt.datum.series == "observed")
    wide = base.transform_filter(alt.datum.series == "95 %")
    narrow = base.transform_filter(alt.datum.series == "80 %")
    return alt.layer(
        base.transform_filter(alt.datum.series != "80 %").mark_line(
            color=ACCENT, strokeWidth=1.4, strokeDash=[3, 3]
        ),
        seen.mark_line(color=ACCENT, strokeWidth=2.2),
        seen.mark_circle(color=ACCENT, size=36, opacity=1),
        wide.mark_rule(color=ACCENT, strokeWidth=2).encode(y="low:Q", y2="end:Q"),
        narrow.mark_rule(color=SOFT, strokeWidth=12).encode(y="low:Q", y2="end:Q"),
        wide.mark_point(color=ACCENT, size=60, filled=True, shape="diamond", opacity=1),
    ).properties(width=360, height=170)


SHAPES: Final[dict[ChartKind, Callable[[Chart], Drawing]]] = {
    "history": _history,
    "ranking": _ranking,
    "lines": _lines,
    "heat": _heat,
    "tornado": _tornado,
    "forecast": _forecast,
}
"""The drawing of each kind, from the chart's data to Altair's specification."""


def _data(chart: Chart) -> Drawing:
    return alt.InlineData(values=[_mark(point, chart.unit) for point in chart.points])


def _mark(point: Point, unit: str) -> dict[str, object]:
    valued = f"{display.number(point.value, unit)}  (n = {point.n:,})"
    low, end = point.interval or (None, point.value)
    return {
        "label": point.label,
        "series": point.series,
        "value": point.value,
        "low": low,
        "end": end,
        "shown": point.note or valued,
    }


def _ends(chart: Chart) -> Iterator[dict[str, object]]:
    """Yield each end of each bar, and whether its text stands left of it."""
    falling = sorted(chart.points, key=lambda point: -(point.value or 0.0))
    left = {point.label: point.series for point in falling}
    for point in chart.points:
        yield {**_mark(point, chart.unit), "is_left": left[point.label] == point.series}


def _names(chart: Chart, limit: int = 190) -> Drawing:
    order = list(dict.fromkeys(point.label for point in chart.points))
    axis = alt.Axis(labelLimit=limit, labelPadding=8, ticks=False)
    return alt.Y("label:N", sort=order, title=None, axis=axis)


def _dates(chart: Chart, form: str = "%-d %b") -> Drawing:
    days = sorted({point.label for point in chart.points})
    shown = days if chart.kind == "forecast" else [days[0], days[-1]]
    axis = alt.Axis(values=shown, format=form, grid=False, ticks=False, labelFlush=True)
    return alt.X("label:T", title=None, axis=axis, scale=alt.Scale(type="utc"))


def _values(chart: Chart, *, zero: bool) -> Drawing:
    axis = alt.Axis(tickCount=3, format=_form(chart), domain=False, ticks=False, minExtent=34)
    return alt.Y("value:Q", title=None, axis=axis, scale=alt.Scale(zero=zero, padding=8))


def _form(chart: Chart) -> str:
    form = _AXIS_FORMATS.get(chart.unit, ",~f")  # "g" writes 80 as 8e+1
    largest = max(
        (abs(point.value) for point in chart.points if point.value is not None), default=0
    )
    is_small = form.endswith("~s") and largest < _SMALL  # "s" writes 0.5 as 500m
    return form.replace("~s", ".2f" if chart.unit == "usd" else ".2~f") if is_small else form


def _scale(names: list[str], marks: tuple[Any, ...]) -> Drawing:
    return alt.Scale(domain=names, range=[marks[n % len(marks)] for n in range(len(names))])


def _upright(chart: Chart) -> tuple[Drawing, ...]:
    """Return the reference of a chart of bars, its label above."""
    if chart.reference is None:
        return ()
    at = alt.Chart(alt.InlineData(values=[{"at": chart.reference, "said": chart.reference_label}]))
    return (
        at.mark_rule(color=MUTED, strokeDash=[4, 3]).encode(x="at:Q"),
        at.mark_text(color=MUTED, fontSize=11, baseline="bottom", dy=-4).encode(
            x="at:Q", y=alt.value(0), text="said:N"
        ),
    )


def _level(chart: Chart) -> tuple[Drawing, ...]:
    """Return the reference of a chart of lines, its label beside it."""
    if chart.reference is None:
        return ()
    at = alt.Chart(alt.InlineData(values=[{"at": chart.reference, "said": chart.reference_label}]))
    return (
        at.mark_rule(color=MUTED, strokeDash=[4, 3]).encode(y="at:Q"),
        at.mark_text(color=MUTED, fontSize=11, align="left", dx=6).encode(
            x=alt.value(_LINES_WIDTH), y="at:Q", text="said:N"
        ),
    )
