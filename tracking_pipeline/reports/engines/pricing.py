"""What the month's meetings would have cost otherwise: cases, swings, and time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tracking_pipeline.analysis.roi import (
    Account,
    RoiCase,
    Swing,
    roi_cases,
    sensitivity,
    span,
)
from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Cell, Column, RowGroup, Table
from tracking_pipeline.reports.engines import accounts, charts
from tracking_pipeline.reports.engines.month import Month
from tracking_pipeline.reports.model import Chart

_CASES: Final = {"low": "Low case", "base": "Base case", "high": "High case"}


@dataclass(frozen=True)
class Priced:
    """One way to price the meetings, with its cases and what moves them."""

    price_id: str
    label: str
    cases: tuple[RoiCase, RoiCase, RoiCase]
    swings: tuple[Swing, ...]

    @property
    def tornado(self) -> Chart | None:
        """What moves the ROI; None when nothing is assumed."""
        title = f"ROI against {self.label}, one assumption at a time"
        return charts.tornado(f"tornado-{self.price_id}", title, self.cases[1], self.swings)


def priced(found: Month) -> tuple[Priced, ...]:
    """Return the two ways; none when the month's cost or meetings are not known."""
    if found.now is None:
        return ()
    ways = (
        (
            "traditional",
            "the traditional way",
            accounts.traditional_account(found.now, found.paying, found.assumed),
        ),
        ("team", "an SDR team", accounts.team_account(found.now, found.assumed)),
    )
    return tuple(_priced(name, label, account) for name, label, account in ways if account)


def savings(prices: tuple[Priced, ...]) -> Table:
    """Return each case of each way: what the meetings would have cost, what is saved, the ROI."""
    groups = tuple(RowGroup(tuple(_cases(each.cases)), f"Against {each.label}") for each in prices)
    labels = ("The meetings otherwise", "Engines", "Saved", "ROI")
    columns = (Column("Case"), *(Column(label, is_number=True) for label in labels))
    return Table(
        "The month's meetings at what they would have cost, against what the engines cost",
        columns,
        groups,
        empty="Not known: it needs the operational cost and the meetings booked.",
    )


def time_saved(found: Month) -> Table:
    """Return the work of SDRs that the meetings stand for, from the least to the most."""
    meetings = found.now.meetings_booked if found.now else None
    rows = tuple(_spans(found, meetings)) if meetings is not None else ()
    labels = ("Low", "Base", "High")
    return Table(
        "What SDRs who book at the industry's pace would have worked for the same meetings",
        (Column("Time", width=1.4), *(Column(label, is_number=True) for label in labels)),
        (RowGroup(rows),) if rows else (),
        empty="Not known: no meeting is recorded.",
    )


def _priced(price_id: str, label: str, account: Account) -> Priced:
    return Priced(price_id, label, roi_cases(account), sensitivity(account))


def _cases(cases: tuple[RoiCase, ...]) -> Iterator[tuple[Cell, ...]]:
    """Yield each case; a single row where they do not differ."""
    if len({(case.benefit_usd, case.cost_usd) for case in cases}) > 1:
        yield from (_case(case, Cell(_CASES[case.name])) for case in cases)
        return
    yield from (
        _case(case, Cell("Every case", note="measured: nothing is assumed"))
        for case in cases
        if case.name == "base"
    )


def _case(case: RoiCase, name: Cell) -> tuple[Cell, ...]:
    return (
        replace(name, is_strong=case.name == "base"),
        Cell(display.number(case.benefit_usd, "usd")),
        Cell(display.number(case.cost_usd, "usd")),
        Cell(display.number(case.net_usd, "usd")),
        Cell(display.number(case.roi_pct, "percent"), is_strong=case.name == "base"),
    )


def _spans(found: Month, meetings: float) -> Iterator[tuple[Cell, ...]]:
    parts = (
        ("Months of one SDR", "months", accounts.sdr_months(meetings)),
        ("Hours of SDRs", "h", accounts.sdr_hours(meetings)),
    )
    for label, unit, amount in parts:
        spread = span(amount, found.assumed)
        yield Cell(label), *(Cell(display.number(value, unit)) for value in spread)
