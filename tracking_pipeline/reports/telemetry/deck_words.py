"""How figures read on a slide: "no data" where there are none, whole dollars where cents hide."""

from typing import Final

from tracking_pipeline.analysis.quantity import quantity
from tracking_pipeline.reports.slides import BigNumber, Bullets, Panel, SlideChart
from tracking_pipeline.reports.telemetry.assumptions import Assumed
from tracking_pipeline.reports.telemetry.measures import MEASURES
from tracking_pipeline.reports.telemetry.value import Value

NO_DATA: Final = "no data"
_WHOLE_FROM: Final = 1000


def figure(value: float | None, unit: str) -> str:
    """Return ``value`` in its unit."""
    return quantity(value, unit, missing=NO_DATA)


def usd(value: float | None) -> str:
    """Return an amount of US dollars, from a thousand on without cents."""
    if value is None or abs(value) < _WHOLE_FROM:
        return figure(value, "usd")
    return f"${value:,.0f}".replace("-", "\N{MINUS SIGN}")


def shown(value: Value | None, name: str) -> str:
    """Return a figure of the window by the name of its measure."""
    measure = MEASURES[name]
    found = measure.of(value)
    return usd(found) if measure.unit == "usd" else figure(found, measure.unit)


def number(value: Value, name: str, rests_on: str) -> BigNumber:
    """Return a figure of the window as a leading number; nothing rests on one that is missing."""
    is_known = MEASURES[name].of(value) is not None
    return BigNumber(MEASURES[name].label, shown(value, name), rests_on if is_known else "")


def base(assumed: Assumed, name: str) -> str:
    """Return what an assumption takes."""
    found = assumed.get(name)
    if found is None:
        return "not stated"
    return figure(found.base, "usd") if found.unit == "usd" else f"{found.base:,g}"


def ranges(assumed: Assumed, *names: str) -> str:
    """Return assumptions with their ranges, as one sentence."""
    stated = [assumed[name] for name in names if name in assumed]
    return "Assumed: " + "; ".join(
        f"{each.label[:1].lower()}{each.label[1:]} {figure(each.base, each.unit)} "
        f"({figure(each.low, each.unit)} to {figure(each.high, each.unit)})"
        if each.low != each.high
        else f"{each.label[:1].lower()}{each.label[1:]} {figure(each.base, each.unit)}"
        for each in stated
    )


def charted(chart: SlideChart) -> Panel:
    """Return the chart, or that there is nothing to draw."""
    is_known = any(value is not None for series in chart.series for value in series.values)
    return chart if is_known else Bullets(chart.title, ("No data in this window",))
