"""The sections of an engineer's own report."""

from collections.abc import Iterator
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import (
    Block,
    Card,
    Cards,
    Charts,
    Item,
    Items,
    Notice,
    Paragraph,
    Section,
)
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.telemetry import individual_charts as charts
from tracking_pipeline.reports.telemetry import individual_tables as tables
from tracking_pipeline.reports.telemetry import value_tables as shared
from tracking_pipeline.reports.telemetry.arithmetic import quality, steps, unjudged
from tracking_pipeline.reports.telemetry.individual import Individual
from tracking_pipeline.reports.telemetry.individual_words import (
    RECOMMENDATIONS,
    improvement,
    talking_points,
)
from tracking_pipeline.reports.telemetry.measures import LEADING, MEASURES

_A_ROW: Final = 3
_AS_EXPORTED: Final = (
    "These totals are shown as they were exported, of the dates that they cover. They are not part "
    "of the figures above, which are computed from the delivered records."
)


def sections(told: Individual, period: Period, reasons: tuple[str, ...]) -> Iterator[Section]:
    """Yield the report, from what leads to what it rests on."""
    yield Section("headline", "At a glance", tuple(_headline(told, period)))
    yield Section("talking-points", "Talking points", (_points(told),))
    computed = (*steps(told.value, told.assumed), quality(told.value))
    yield Section("roi", "ROI, step by step", (shared.computation(computed),))
    yield Section("capabilities", "Capabilities", tuple(_capabilities(told)))
    yield Section("days", "Day by day", (charts.days(told),))
    savings = shared.figures(told.value, tables.SAVINGS, "Cost savings")
    yield Section("savings", "Cost savings", (savings,), "half")
    yield Section("productivity", "Productivity", tuple(_productivity(told)), "half")
    yield Section("copilot", "Copilot", tuple(_copilot(told)), "half")
    yield Section("quality", "Data quality", tuple(_quality(told, reasons)), "half")
    title = "Every figure" if told.before is None else f"Against the {period.rhythm} before"
    yield Section("figures", title, (shared.every_figure(told.value, told.before, period.rhythm),))
    if told.exports:
        yield Section("exported", "As exported", tuple(_exported(told)))
    rests_on = (tables.profile(told), shared.assumptions(told.assumed))
    yield Section("basis", "The engineer, and what is assumed", rests_on)


def _headline(told: Individual, period: Period) -> Iterator[Block]:
    cards = [_card(name, told, period) for name in LEADING]
    for first in range(0, len(cards), _A_ROW):
        yield Cards(tuple(cards[first : first + _A_ROW]))
    if told.value.recommendation is not None:
        yield Paragraph(f"{RECOMMENDATIONS[told.value.recommendation]}.")
    elif why := unjudged(told.value):
        yield Paragraph(f"{why}.")


def _card(name: str, told: Individual, period: Period) -> Card:
    measure = MEASURES[name]
    before = "no data" if measure.of(told.before) is None else measure.shown(told.before)
    return Card(
        label=measure.label,
        entity="",
        value=measure.shown(told.value),
        before=f"{before} the {period.rhythm} before",
        support=f"{told.value.dates_covered} of {told.value.n_days} dates with data",
    )


def _points(told: Individual) -> Items:
    points = talking_points(told.value)
    return Items(tuple(Item(text=each.plain) for each in points), empty="Nothing is known yet.")


def _capabilities(told: Individual) -> Iterator[Block]:
    yield tables.capabilities(told.uses)
    if drawn := charts.latencies(told.uses):
        yield Charts((drawn,))
    yield tables.errors(told.uses)


def _productivity(told: Individual) -> Iterator[Block]:
    yield shared.figures(told.value, tables.PRODUCTIVITY, "Productivity")
    word = tables.chip(told.velocity).text
    yield Paragraph(
        f"Commits over the window: {word} ({tables.rests_on(told.velocity)}).", is_quiet=True
    )


def _copilot(told: Individual) -> Iterator[Block]:
    yield shared.figures(told.value, tables.COPILOT, "Copilot")
    if said := improvement(told.value):
        yield Paragraph(said, is_quiet=True)


def _exported(told: Individual) -> Iterator[Block]:
    yield Paragraph(_AS_EXPORTED, is_quiet=True)
    yield tables.exported(told.exports)
    if told.mismatches:
        yield Notice(tuple(map(tables.mismatch, told.mismatches)))


def _quality(told: Individual, reasons: tuple[str, ...]) -> Iterator[Block]:
    value = told.value
    covered = f"{value.dates_covered} of {value.n_days} dates have daily figures"
    runs = display.counted(value.executions, "execution")
    yield Paragraph(f"{covered}; {runs}. The figures are {value.provenance or 'unmarked'}.")
    if reasons:
        yield Notice(reasons)
