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


def against_before(now: Value | None, before: Value | None, rhythm: str) -> Table:
    """Return every figure beside the one of the period before, untested."""
    rows = tuple(
        (
            Cell(each.label),
            Cell(each.shown(now), is_strong=True),
            Cell(each.shown(before)),
            Cell(difference(each, now, before)),
        )
        for each in MEASURES.values()
    )
    numbers = (f"This {rhythm}", f"The {rhythm} before", "Difference")
    columns = (Column("Figure", width=2), *(Column(name, is_number=True) for name in numbers))
    return Table("Plain figures: the differences are not tested", columns, (RowGroup(rows),))


def difference(measure: Measure, now: Value | None, before: Value | None) -> str:
    """Return the signed difference in the measure's unit, of a share in points."""
    at, was = measure.of(now), measure.of(before)
    if at is None or was is None:
        return display.NO_DATA
    is_share = measure.unit == "fraction"
    scale, unit = (100, "points") if is_share else (1, measure.unit)
    unit = "points" if measure.unit == "percent" else unit
    found = (at - was) * scale
    return ("+" if found > 0 else "") + display.number(found, unit)
