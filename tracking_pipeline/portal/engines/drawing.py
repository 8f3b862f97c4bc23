"""Sparklines: the last days of a series as an SVG path in a box of fixed size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracking_pipeline.portal.engines.model import DayValue

WIDTH, HEIGHT = 240, 48
_MARGIN = 4


@dataclass(frozen=True)
class Sparkline:
    """A line through the days (a gap where days are missing), its last point, its reference."""

    path: str
    last: tuple[float, float]
    reference: float | None


def sparkline(
    days: Sequence[DayValue],
    reference: float | None = None,
    span: tuple[float, float] | None = None,
) -> Sparkline | None:
    """Return the drawing of the days in order; None of fewer than two.

    ``span`` is the lowest and highest value of the scale; without it the drawing fills the box.
    """
    if len(days) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    low, high = span or value_span(days, reference)
    first, length = days[0].day, (days[-1].day - days[0].day).days

    def height(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - _MARGIN - share * (HEIGHT - 2 * _MARGIN), 1)

    def across(each: DayValue) -> float:
        return round(_MARGIN + (each.day - first).days / length * (WIDTH - 2 * _MARGIN), 1)

    points = [(across(each), height(each.value)) for each in days]
    gaps = [True, *((b.day - a.day).days > 1 for a, b in pairwise(days))]
    path = "".join(
        f"M{x} {y}h0" if gap else f"L{x} {y}" for gap, (x, y) in zip(gaps, points, strict=True)
    )
    at = None if reference is None else height(reference)
    return Sparkline(path, points[-1], at)


def value_span(days: Iterable[DayValue], reference: float | None) -> tuple[float, float]:
    """Return the lowest and highest value, the reference among them."""
    values = [each.value for each in days] + ([] if reference is None else [reference])
    return min(values), max(values)
