"""Charts drawn as SVG, the same bytes for the same data."""

import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import altair as alt
import vl_convert

from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import Chart, Point, ReportModel

INK, MUTED, LINE, ACCENT, SOFT = "#16202e", "#5b6776", "#dfe5ec", "#0f6674", "#b9d5d9"
_FONT = "Inter"
_FONTS = Path(__file__).parent / "fonts"
_COUNTED = re.compile(r"\b(clip|gradient_)(\d+)")
_AXIS_FORMATS = {"fraction": ".0%", "percent": ".0f", "count": "~s", "ms": "~s"}
_BAR_HEIGHT = 24


def drawn(model: ReportModel) -> dict[str, str]:
    """Return each chart of the model as an SVG element, by chart id."""
    vl_convert.register_font_directory(str(_FONTS))
    return {chart.chart_id: svg(chart) for chart in model.charts}


def svg(chart: Chart) -> str:
    """Return the chart as one SVG element with its description as text alternative."""
    draw = _history if chart.kind == "history" else _ranking
    drawing = vl_convert.vegalite_to_svg(draw(chart).configure(**_config()).to_dict())
    return _named(_renumbered(drawing, chart.chart_id), chart)


def _history(chart: Chart) -> Any:  # noqa: ANN401 - Altair's chart classes are untyped
    base = alt.Chart(_data(chart)).encode(
        x=alt.X("label:T", title=None, axis=_week_axis(chart.points), scale=alt.Scale(type="utc")),
        y=alt.Y(
            "value:Q", title=None, axis=_value_axis(chart), scale=alt.Scale(zero=False, padding=8)
        ),
    )
    last = alt.datum.label == chart.points[-1].label
    return alt.layer(
        base.mark_line(color=ACCENT, strokeWidth=2.2, interpolate="linear"),
        base.mark_circle(color=ACCENT, size=18, opacity=1),
        base.transform_filter(last).mark_circle(color=ACCENT, size=70, opacity=1),
    ).properties(width=176, height=64)


def _ranking(chart: Chart) -> Any:  # noqa: ANN401 - Altair's chart classes are untyped
    order = [point.label for point in chart.points]
    base = alt.Chart(_data(chart)).encode(
        y=alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=190, labelPadding=8, ticks=False),
        ),
        x=alt.X("value:Q", title=None, axis=None, scale=alt.Scale(zero=True)),
    )
    bars = base.mark_bar(color=SOFT, height=14, cornerRadiusEnd=3)
    spans = base.transform_filter("isValid(datum.low)").mark_rule(color=ACCENT, strokeWidth=1.2)
    texts = base.mark_text(align="left", dx=6, color=INK, fontSize=11)
    return alt.layer(
        bars,
        spans.encode(x="low:Q", x2="end:Q"),
        texts.encode(x="end:Q", text="shown:N"),
    ).properties(width=300, height=_BAR_HEIGHT * len(order))


def _data(chart: Chart) -> Any:  # noqa: ANN401 - Altair's data classes are untyped
    return alt.InlineData(values=[_mark(point, chart.unit) for point in chart.points])


def _mark(point: Point, unit: str) -> dict[str, object]:
    shown = f"{display.number(point.value, unit)}  (n = {point.n:,})"
    low, end = point.interval or (None, point.value)
    return {"label": point.label, "value": point.value, "low": low, "end": end, "shown": shown}


def _week_axis(points: tuple[Point, ...]) -> Any:  # noqa: ANN401 - Altair's axis class is untyped
    ends = sorted({points[0].label, points[-1].label})
    return alt.Axis(values=ends, format="%-d %b", grid=False, ticks=False, labelFlush=True)


def _value_axis(chart: Chart) -> Any:  # noqa: ANN401 - Altair's axis class is untyped
    form = _AXIS_FORMATS.get(chart.unit, ",~f")  # "g" writes 80 as 8e+1
    return alt.Axis(tickCount=3, format=form, domain=False, ticks=False, minExtent=34)


def _config() -> dict[str, object]:
    text = {"labelFont": _FONT, "labelFontSize": 11, "labelColor": MUTED}
    return {
        "background": "transparent",
        "font": _FONT,
        "axis": {**text, "gridColor": LINE, "domainColor": LINE, "labelPadding": 6},
        "view": {"stroke": None},
        "padding": {"left": 2, "right": 6, "top": 6, "bottom": 2},
    }


def _renumbered(drawing: str, prefix: str) -> str:
    """Return the ids numbered from zero: the library counts them over the whole process."""
    seen: dict[str, str] = {}

    def renumber(found: re.Match[str]) -> str:
        name = found.group(0)
        return seen.setdefault(name, f"{_slug(prefix)}-{found.group(1)}{len(seen)}")

    return _COUNTED.sub(renumber, drawing)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", text.lower())


def _named(drawing: str, chart: Chart) -> str:
    label = quoteattr(chart.description)
    return drawing.replace("<svg ", f'<svg role="img" aria-label={label} ', 1)
