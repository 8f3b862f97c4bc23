"""The sections of the monthly ROI analysis."""

from collections.abc import Iterator, Mapping
from typing import Final

from tracking_pipeline.analysis.roi import Assumption
from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import (
    Block,
    Cards,
    Cell,
    Charts,
    Column,
    Paragraph,
    RowGroup,
    Section,
    Statements,
    Table,
)
from tracking_pipeline.reports.engines import charts, forecasts, tables
from tracking_pipeline.reports.engines.accounts import PreviousMethod
from tracking_pipeline.reports.engines.cards import total_card
from tracking_pipeline.reports.engines.economics import Economics, shown
from tracking_pipeline.reports.engines.month import Month
from tracking_pipeline.reports.engines.pricing import Priced, savings, time_saved

LEADING: Final = ("engine_roi_pct", "roi_vs_traditional_pct", "cost_saved_usd", "hours_saved")
_OVER_TIME: Final = {
    "meetings_booked": "Meetings",
    "cost_per_meeting_usd": "Cost / meeting",
    "operational_cost_usd": "Cost",
    "value_generated_usd": "Value",
    "engine_roi_pct": "Engine ROI",
    "roi_vs_traditional_pct": "ROI vs traditional",
}
_ALTERNATIVES: Final = (
    "The two ways price the same meetings: each stands alone, and they are never added. The low "
    "case takes every assumption at its less favourable end, the high case at its other."
)
_MOST_CLAIMS: Final = 12


def sections(found: Month, prices: tuple[Priced, ...], *, is_whole: bool) -> Iterator[Section]:
    """Yield the analysis, the executive edition's without the long tables."""
    pair = found.now, found.before
    cards = Cards(tuple(total_card(name, *pair, found.period.rhythm) for name in LEADING))
    yield Section("headline", "At a glance", (cards,))
    yield Section("savings", "Saved against an SDR team", tuple(_savings(found, prices)))
    yield Section("sensitivity", "What moves the result", tuple(_tornados(prices)))
    yield Section("over-time", "Over time", tuple(_over_time(found)))
    yield Section("industry", "Against benchmarks and the industry", tuple(_industry(found)))
    yield Section("next-month", "Next month", tuple(_next_month(found)))
    yield Section("assumptions", "What is assumed", (_assumptions(found),))
    if is_whole:
        every = tables.economics(*pair, found.period.rhythm)
        yield Section("figures", "Every figure", (every, tables.cards(found.standings)))


def _savings(found: Month, prices: tuple[Priced, ...]) -> Iterator[Block]:
    yield savings(prices)
    if prices:
        yield Paragraph(_ALTERNATIVES, is_quiet=True)
    yield time_saved(found)
    if found.is_whole and len(found.paying) > 1:
        yield tables.returns(
            found.paying, {each.client_id: each.client for each in found.standings}
        )


def _tornados(prices: tuple[Priced, ...]) -> Iterator[Block]:
    drawn = tuple(chart for each in prices if (chart := each.tornado))
    yield from (Charts((chart,)) for chart in drawn)
    for each in prices:
        if each.tornado is None:
            said = f"Against {each.label} nothing is assumed: the earlier cost is on record."
            yield Paragraph(said, is_quiet=True)
    if not prices:
        yield Paragraph("There is no result to move.", is_quiet=True)


def _over_time(found: Month) -> Iterator[Block]:
    if found.history:
        yield Charts((charts.over_time(found.history, found.clients, found.period.rhythm),))
    yield _months(found.months)
    better = [each.said for each in found.claims if each.is_better or each.is_worse]
    yield Statements(
        tuple(better[:_MOST_CLAIMS]),
        empty="No change of an engine in the month's last week is supported by the tests.",
    )


def _months(months: tuple[Economics, ...]) -> Table:
    rows = tuple(
        (
            Cell(f"{each.start:%B %Y}"),
            *(Cell(shown(each, name)) for name in _OVER_TIME),
            Cell(f"{each.days_with_data}"),
        )
        for each in months
    )
    labels = (*_OVER_TIME.values(), "Days")
    return Table(
        "Month by month; the differences between months are not tested",
        (Column("Month"), *(Column(label, is_number=True) for label in labels)),
        (RowGroup(rows),),
        empty="No month has data.",
    )


def _industry(found: Month) -> Iterator[Block]:
    if not found.standings:
        yield Paragraph("No engine has data this month.", is_quiet=True)
        return
    views = charts.scores(found.standings), charts.against_industry(found.standings)
    if len(found.clients) == 1:
        yield Charts(views)
    else:
        yield from (Charts((view,)) for view in views)


def _next_month(found: Month) -> Iterator[Block]:
    leading = [each for each in found.forecasts if each.metric == "meetings_booked"]
    drawn = [forecasts.chart(each, found.months, "next-month") for each in leading]
    if any(drawn):
        yield Charts(tuple(chart for chart in drawn if chart))
    yield forecasts.table(found.forecasts)


def _assumptions(found: Month) -> Table:
    columns = (
        Column("Assumption", width=1.6),
        *(Column(label, is_number=True) for label in ("Low", "Base", "High")),
        Column("Basis, source and date", width=2),
    )
    measured = tuple(_measured(each, found.clients) for each in found.methods)
    rows = (*measured, *(_assumption(each) for each in found.assumed))
    return Table(
        "What the comparison rests on, and where it comes from", columns, (RowGroup(rows),)
    )


def _measured(each: PreviousMethod, names: Mapping[str, str]) -> tuple[Cell, ...]:
    cost = display.number(each.cost_per_meeting_usd, "usd")
    client = names.get(each.client_id, each.client_id)
    return (
        Cell(f"Traditional cost per meeting of {client}", note=each.method or ""),
        *(Cell(cost) for _ in range(3)),
        Cell(each.source or "the client", note=f"measured, {each.recorded_date or 'undated'}"),
    )


def _assumption(each: Assumption) -> tuple[Cell, ...]:
    return (
        Cell(each.label, code=each.assumption_id),
        *(Cell(display.number(value, each.unit)) for value in (each.low, each.base, each.high)),
        Cell(each.source, note=f"{each.basis}, {each.source_date or 'undated'}"),
    )
