"""The tables that engineers' and teams' reports share."""

from collections.abc import Iterable

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Cell, Column, RowGroup, Table
from tracking_pipeline.reports.telemetry.arithmetic import Step
from tracking_pipeline.reports.telemetry.assumptions import Assumed
from tracking_pipeline.reports.telemetry.measures import MEASURES, Measure
from tracking_pipeline.reports.telemetry.value import Value


def computation(steps: Iterable[Step]) -> Table:
    """Return how each figure that assumes something was computed."""
    rows = tuple(
        (Cell(each.label), Cell(each.formula), Cell(each.result, is_strong=True)) for each in steps
    )
    columns = (Column("Figure"), Column("Computed as", width=2), Column("Result", is_number=True))
    return Table("Each step with its numbers, rounded for display", columns, (RowGroup(rows),))


def assumptions(assumed: Assumed) -> Table:
    """Return what the figures assume, and where it comes from."""
    rows = tuple(
        (
            Cell(each.label, code=name),
            Cell(display.number(each.base, each.unit)),
            Cell(each.source, note=f"{each.basis}, {each.source_date or 'undated'}"),
        )
        for name, each in assumed.items()
    )
    columns = (
        Column("Assumption", width=1.4),
        Column("Value", is_number=True),
        Column("Basis, source and date", width=2),
    )
    return Table("What the figures assume; each is entered by hand", columns, (RowGroup(rows),))


def figures(value: Value, names: Iterable[str], caption: str) -> Table:
    """Return some figures of the window, one a row."""
    rows = tuple(
        (Cell(MEASURES[name].label), Cell(MEASURES[name].shown(value), is_strong=True))
        for name in names
    )
    columns = (Column("Figure", width=2), Column("Value", is_number=True))
    return Table(caption, columns, (RowGroup(rows),), is_bare=True)


def every_figure(now: Value, before: Value | None, rhythm: str) -> Table:
    """Return every figure, beside the one of the period before where that is known; untested."""
    known = [each for each in MEASURES.values() if (each.of(now), each.of(before)) != (None, None)]
    if before is None:
        return figures(now, (each.name for each in known), "Every figure")
    rows = tuple(
        (
            Cell(each.label),
            Cell(each.shown(now), is_strong=True),
            Cell(each.shown(before)),
            Cell(_difference(each, now, before)),
        )
        for each in known
    )
    numbers = (f"This {rhythm}", f"The {rhythm} before", "Difference")
    columns = (Column("Figure", width=2), *(Column(name, is_number=True) for name in numbers))
    return Table("Plain figures: the differences are not tested", columns, (RowGroup(rows),))


def _difference(measure: Measure, now: Value, before: Value) -> str:
    at, was = measure.of(now), measure.of(before)
    if at is None or was is None:
        return display.NO_DATA
    is_share = measure.unit == "fraction"
    scale, unit = (100, "points") if is_share else (1, measure.unit)
    unit = "points" if measure.unit == "percent" else unit
    difference = (at - was) * scale
    return ("+" if difference > 0 else "") + display.number(difference, unit)
