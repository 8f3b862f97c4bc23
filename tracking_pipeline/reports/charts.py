"""Charts drawn as SVG, the same bytes for the same data."""

import re
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import vl_convert

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.chart_shapes import LINE, MUTED, SHAPES
from tracking_pipeline.reports.model import Chart

_FONT = "Inter"
_FONTS = Path(__file__).parent / "fonts"
_COUNTED = re.compile(r"\b(clip|gradient_)(\d+)")


def drawn(charts: Iterable[Chart]) -> dict[str, str]:
    """Return each chart once as an SVG element, by chart id; ReportError when two share an id."""
    vl_convert.register_font_directory(str(_FONTS))
    known: dict[str, Chart] = {}
    for chart in charts:
        if known.setdefault(chart.chart_id, chart) != chart:
            raise ReportError(chart.chart_id, "names two charts", "Give each chart its own id")
    return {name: svg(chart) for name, chart in known.items()}


def svg(chart: Chart) -> str:
    """Return the chart as one SVG element with its description as text alternative."""
    specification = SHAPES[chart.kind](chart).configure(**_config()).to_dict(validate=False)
    drawing = vl_convert.vegalite_to_svg(specification)
    return _named(_renumbered(drawing, chart.chart_id), chart)


def _config() -> dict[str, object]:
    text = {"labelFont": _FONT, "labelFontSize": 11, "labelColor": MUTED}
    return {
        "background": "transparent",
        "font": _FONT,
        "axis": {**text, "gridColor": LINE, "domainColor": LINE, "labelPadding": 6},
        "legend": text,
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
