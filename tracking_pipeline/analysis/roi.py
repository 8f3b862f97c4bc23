"""What an output was worth against what it cost, under declared assumptions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracking_pipeline.errors import AssumptionError, DoubleCountError

Basis = Literal["measured", "assumed", "vendor"]
CaseName = Literal["low", "base", "high"]


@dataclass(frozen=True)
class Assumption:
    """A number that nobody counted here, with its range, and where it comes from.

    ``low <= base <= high`` are in ``unit``; a measured one may have no range.
    """

    assumption_id: str
    label: str
    unit: str
    low: float
    base: float
    high: float
    basis: Basis
    source: str
    source_date: date | None


@dataclass(frozen=True)
class Amount:
    """``quantity`` times the ``times`` assumptions, over the ``per`` ones; of an account in USD.

    ``counts`` names the output whose worth a benefit is; a cost counts none.
    """

    label: str
    quantity: float
    counts: str = ""
    times: tuple[str, ...] = ()
    per: tuple[str, ...] = ()

    def total(self, values: Mapping[str, float]) -> float:
        """Return the amount with these values of the assumptions."""
        product = math.prod(values[name] for name in self.times)
        return self.quantity * product / math.prod(values[name] for name in self.per)


@dataclass(frozen=True)
class Account:
    """What was gained and spent in one period, and what both rest on.

    Raises DoubleCountError when two benefits count the same output, AssumptionError when an amount
    rests on an undeclared assumption or one whose range is out of order, or divides by one that
    may be zero.
    """

    benefits: tuple[Amount, ...]
    costs: tuple[Amount, ...]
    assumptions: tuple[Assumption, ...]

    def __post_init__(self) -> None:
        _check_counted_once(self.benefits)
        for assumption in self.assumptions:
            _check_range(assumption)
        declared = {item.assumption_id: item for item in self.assumptions}
        for amount in (*self.benefits, *self.costs):
            _check_declared(amount, declared)

    @property
    def used(self) -> tuple[Assumption, ...]:
        """The assumptions that an amount rests on."""
        amounts = (*self.benefits, *self.costs)
        names = {name for amount in amounts for name in (*amount.times, *amount.per)}
        return tuple(item for item in self.assumptions if item.assumption_id in names)


@dataclass(frozen=True)
class RoiCase:
    """One case in US dollars; ``roi_pct`` is None when nothing was spent."""

    name: CaseName
    values: Mapping[str, float]
    benefit_usd: float
    cost_usd: float

    @property
    def net_usd(self) -> float:
        """The benefit that is left after the cost."""
        return self.benefit_usd - self.cost_usd

    @property
    def roi_pct(self) -> float | None:
        """The return on the cost in percent."""
        return roi_pct(self.benefit_usd, self.cost_usd)


@dataclass(frozen=True)
class Swing:
    """The ROI (%) with one assumption at its low and at its high end, all others at their base."""

    assumption: Assumption
    at_low: float
    at_high: float

    @property
    def width(self) -> float:
        """How far the assumption moves the ROI, in percentage points."""
        return abs(self.at_high - self.at_low)


def roi_pct(benefit_usd: float | None, cost_usd: float | None) -> float | None:
    """Return (benefit - cost) / cost * 100; None when either is missing or the cost is zero.

    With the value that the engines generated it is ``engine_roi_pct``; with the traditional cost of
    the same output ``roi_vs_traditional_pct`` (figures.md, Engines).
    """
    if benefit_usd is None or not cost_usd:
        return None
    return (benefit_usd - cost_usd) / cost_usd * 100


def roi_cases(account: Account) -> tuple[RoiCase, RoiCase, RoiCase]:
    """Return the low, base and high case.

    The low case holds every assumption at the end that lowers the ROI (a cheap traditional meeting,
    an able SDR), the high case at the other; no combination lies outside as long as an assumption
    moves the benefits or the costs, not both.
    """
    base = _values(account)
    swings = {swing.assumption.assumption_id: swing for swing in sensitivity(account)}
    low, high = dict(base), dict(base)
    for name, swing in swings.items():
        ends = swing.assumption.low, swing.assumption.high
        low[name], high[name] = ends if swing.at_low <= swing.at_high else ends[::-1]
    return _case("low", account, low), _case("base", account, base), _case("high", account, high)


def span(amount: Amount, assumptions: Sequence[Assumption]) -> tuple[float, float, float]:
    """Return the amount at its smallest, with every assumption at its base, and at its largest.

    Raises AssumptionError as an account does.
    """
    _check_declared(amount, {item.assumption_id: item for item in assumptions})
    least = {item.assumption_id: item.low for item in assumptions}
    most = {item.assumption_id: item.high for item in assumptions}
    for name in amount.per:
        least[name], most[name] = most[name], least[name]
    base = {item.assumption_id: item.base for item in assumptions}
    return amount.total(least), amount.total(base), amount.total(most)


def sensitivity(account: Account) -> tuple[Swing, ...]:
    """Return a swing an assumption, the widest first, as a tornado shows them.

    Assumptions that no amount rests on, or without a range, move nothing and are left out; without
    any cost there is no ROI to move.
    """
    base = _values(account)
    swings = [
        Swing(item, at_low, at_high)
        for item in account.used
        if (at_low := _roi(account, base, item, item.low)) is not None
        and (at_high := _roi(account, base, item, item.high)) is not None
        and item.low < item.high
    ]
    return tuple(sorted(swings, key=lambda swing: (-swing.width, swing.assumption.assumption_id)))


def _values(account: Account) -> dict[str, float]:
    return {item.assumption_id: item.base for item in account.assumptions}


def _roi(
    account: Account, base: Mapping[str, float], item: Assumption, value: float
) -> float | None:
    return _case("base", account, {**base, item.assumption_id: value}).roi_pct


def _case(name: CaseName, account: Account, values: Mapping[str, float]) -> RoiCase:
    benefit = math.fsum(amount.total(values) for amount in account.benefits)
    return RoiCase(
        name, values, benefit, math.fsum(amount.total(values) for amount in account.costs)
    )


def _check_counted_once(benefits: Sequence[Amount]) -> None:
    counted: dict[str, Amount] = {}
    for benefit in benefits:
        other = counted.setdefault(benefit.counts, benefit)
        if other is not benefit:
            raise DoubleCountError(
                f"the benefits {other.label!r} and {benefit.label!r}",
                f"both count {benefit.counts}",
                "Keep one of them, and show the other beside it as an alternative",
            )


def _check_range(item: Assumption) -> None:
    if not 0 <= item.low <= item.base <= item.high < math.inf:
        raise AssumptionError(
            f"the assumption {item.assumption_id}",
            f"has the range {item.low:g}, {item.base:g}, {item.high:g}",
            "Write low <= base <= high, none below zero, in seeds/assumptions.csv",
        )


def _check_declared(amount: Amount, declared: Mapping[str, Assumption]) -> None:
    missing = [name for name in (*amount.times, *amount.per) if name not in declared]
    if missing:
        raise AssumptionError(
            f"the amount {amount.label!r}",
            f"rests on {', '.join(missing)}, which no assumption declares",
            "Add it to seeds/assumptions.csv",
        )
    for name in amount.per:
        if declared[name].low == 0:
            raise AssumptionError(
                f"the assumption {name}",
                f"may be 0, and {amount.label!r} is divided by it",
                "Give it a low end above zero",
            )
