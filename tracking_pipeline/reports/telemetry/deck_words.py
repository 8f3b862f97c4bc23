"""How figures read on a slide: "no data" where there are none, whole dollars where cents hide."""

from collections.abc import Iterable
from typing import Final

from tracking_pipeline.analysis.quantity import minus, quantity
from tracking_pipeline.analysis.roi import Assumption
from tracking_pipeline.reports import display
from tracking_pipeline.reports.slides import BigNumber, Bullets, Panel, SlideChart, SlideTable
from tracking_pipeline.reports.telemetry.assumptions import Assumed
from tracking_pipeline.reports.telemetry.measures import MEASURES
from tracking_pipeline.reports.telemetry.value import Value

NO_DATA: Final = "no data"
_NOTHING: Final = ("No data in this window",)
_WHOLE_FROM: Final = 1000


def figure(value: float | None, unit: str) -> str:
    """Return ``value`` in its unit."""
    return quantity(value, unit, missing=NO_DATA)


def usd(value: float | None) -> str:
    """Return an amount of US dollars, from a thousand on without cents."""
    if value is None or abs(value) < _WHOLE_FROM:
        return figure(value, "usd")
    return minus(f"${value:,.0f}")


def shown(value: Value | None, name: str) -> str:
    """Return a figure of the window by the name of its measure."""
    measure = MEASURES[name]
    found = measure.of(value)
    return usd(found) if measure.unit == "usd" else figure(found, measure.unit)


def is_known(value: Value, *names: str) -> bool:
    """Return whether every one of the figures is there."""
    return all(MEASURES[name].of(value) is not None for name in names)


def number(value: Value, name: str, rests_on: str, label: str = "") -> BigNumber:
    """Return a figure of the window as a leading number; nothing rests on one that is missing."""
    support = rests_on if is_known(value, name) else ""
    return BigNumber(label or MEASURES[name].label, shown(value, name), support)


def told(text: str) -> str:
    """Return a text of a report as a slide says it."""
    return text.replace(display.NO_DATA, NO_DATA)


def base(assumed: Assumed, name: str) -> str:
    """Return what an assumption takes."""
    found = assumed.get(name)
    return "not stated" if found is None else _plain(found.base, found.unit)


def ranges(assumed: Assumed, *names: str) -> str:
    """Return what is assumed, each with its range, as one sentence."""
    stated = [assumed[name] for name in names if name in assumed]
    return f"Assumed: {'; '.join(map(_ranged, stated))}."


def drawn(panel: SlideChart | SlideTable) -> Panel:
    """Return the panel, or that it has nothing to show."""
    match panel:
        case SlideChart():
            has_data = any(v is not None for series in panel.series for v in series.values)
        case SlideTable():
            has_data = bool(panel.rows)
    return panel if has_data else Bullets(panel.title, _NOTHING)


def listed(title: str, lines: Iterable[str]) -> Bullets:
    """Return the lines as a list, or that there are none."""
    return Bullets(title, tuple(lines) or _NOTHING)


def _ranged(found: Assumption) -> str:
    label = found.label[:1].lower() + found.label[1:]
    said = f"{label} {_plain(found.base, found.unit)}"
    low, high = (_plain(bound, found.unit) for bound in (found.low, found.high))
    return said if low == high else f"{said} ({low} to {high})"


def _plain(value: float, unit: str) -> str:
    return f"${value:,g}" if unit == "usd" else f"{value:,g}"
