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
from tracking_pipeline.reports.engines.largest import (
    IN_CARDS,
    IN_CHARTS,
    IN_TABLES,
    largest,
    left_out,
)
from tracking_pipeline.reports.engines.month import Month
from tracking_pipeline.reports.engines.pricing import Priced, savings, time_saved
from tracking_pipeline.reports.period import Period

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
_PARTIAL: Final = "partial: its sums are not those of a month"


def sections(found: Month, prices: tuple[Priced, ...], *, is_whole: bool) -> Iterator[Section]:
    """Yield the analysis, the executive edition's without the long tables."""
    pair = found.now, found.before
    cards = Cards(tuple(total_card(name, *pair, found.period.rhythm) for name in LEADING))
    yield Section("headline", "At a glance", (cards,))
    most = IN_CARDS if is_whole else IN_TABLES
    yield Section("savings", "Saved against an SDR team", tuple(_savings(found, prices, most)))
    yield Section("sensitivity", "What moves the result", tuple(_tornados(prices)))
    yield Section("over-time", "Over time", tuple(_over_time(found)))
    yield Section("industry", "Against benchmarks and the industry", tuple(_industry(found)))
    yield Section("next-month", "Next month", tuple(_next_month(found)))
    yield Section("assumptions", "What is assumed", (_assumptions(found),))
    if is_whole:
        every = tables.economics(*pair, found.period.rhythm)
        engines = tables.cards(found.standings, found.paying)
        yield Section("figures", "Every figure", (every, engines))


def _savings(found: Month, prices: tuple[Priced, ...], most: int) -> Iterator[Block]:
    yield savings(prices)
    if prices:
        yield Paragraph(_ALTERNATIVES, is_quiet=True)
    yield time_saved(found)
    if found.is_whole and len(found.paying) > 1:
        yield tables.returns(found.paying, found.clients, most)


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
    partial = [each for each in found.months if not forecasts.is_whole(each)]
    starts = {each.start for each in partial}
    whole = tuple(each for each in found.history if each.start not in starts)
    history = largest(whole, found.paying, IN_CHARTS)
    lines = charts.over_time(history, found.clients, found.period.rhythm)
    if lines:
        yield Charts((lines,))
    if lines and partial:
        named = ", ".join(f"{each.start:%B %Y}" for each in partial)
        yield Paragraph(f"Partial, so not in the chart: {named}.", is_quiet=True)
    yield _months(found.months)
    better = [each.said for each in found.claims if each.is_better or each.is_worse]
    yield Statements(
        tuple(better[:_MOST_CLAIMS]),
        empty="No change of an engine in the month's last week is supported by the tests.",
    )
    if len(better) > _MOST_CLAIMS:
        n_more = len(better) - _MOST_CLAIMS
        yield Paragraph(f"{n_more} more tested changes in the weekly report.", is_quiet=True)


def _months(months: tuple[Economics, ...]) -> Table:
    rows = tuple(
        (
            Cell(f"{each.start:%B %Y}", note="" if forecasts.is_whole(each) else _PARTIAL),
            *(Cell(shown(each, name)) for name in _OVER_TIME),
            Cell(f"{each.days_with_data} of {Period(each.start, '', 'month').n_days}"),
        )
        for each in months
    )
    labels = (*_OVER_TIME.values(), "Days")
    return Table(
        "Month by month; the differences between months are not tested",
        (Column("Month", width=1.6), *(Column(label, is_number=True) for label in labels)),
        (RowGroup(rows),),
        empty="No month has data.",
    )


def _industry(found: Month) -> Iterator[Block]:
    if not found.standings:
        yield Paragraph("No engine has data this month.", is_quiet=True)
        return
    kept = largest(found.standings, found.paying, IN_CHARTS)
    views = charts.scores(kept), charts.against_industry(kept)
    if len(found.clients) == 1:
        yield Charts(views)
    else:
        yield from (Charts((view,)) for view in views)
    if said := left_out(found.standings, IN_CHARTS, "the tables hold more"):
        yield Paragraph(f"{said}.", is_quiet=True)


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
    measured = tuple(_measured(each, found.clients) for each in found.methods[:IN_CARDS])
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
