"""The sections of the weekly engine report, leading figures and verdicts first."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import (
    Block,
    Cards,
    Charts,
    Chip,
    Item,
    Items,
    Notice,
    Paragraph,
    Section,
    Statement,
)
from tracking_pipeline.reports.draft import Edition
from tracking_pipeline.reports.engines import charts, tables
from tracking_pipeline.reports.engines.cards import total_card
from tracking_pipeline.reports.engines.economics import MEASURES, shown
from tracking_pipeline.reports.engines.judgements import Attention
from tracking_pipeline.reports.engines.largest import (
    IN_CARDS,
    IN_CHARTS,
    IN_TABLES,
    largest,
    left_out,
)
from tracking_pipeline.reports.engines.standings import Standing
from tracking_pipeline.reports.engines.week import EngineWeek

MOST_RANKED: Final = 5
_MOST_ATTENTION: Final = 8
_MOST_IN_TECHNICAL: Final = 60
_MOST_NOTES: Final = 12
_TOTALS: Final = ("leads", "meetings_booked", "uptime_rate", "cost_per_meeting_usd")
_TOP_KIND: Final = "top_performer"
_TOP: Final = _TOP_KIND.replace("_", " ")
_REASONS: Final = {
    "low_score": Chip("low score", "bad"),
    "below_benchmark": Chip("below benchmark", "warning"),
    "decline": Chip("declining", "bad"),
}


def leading(week: EngineWeek, edition: Edition) -> Iterator[Section]:
    """Yield the engines' sections, the executive edition's without the long tables."""
    is_whole = edition == "technical"
    yield Section("totals", "Overall system performance", tuple(_totals(week, is_whole=is_whole)))
    yield _top(week)
    yield _needing_attention(week, is_whole=is_whole)
    most = IN_CARDS if is_whole else IN_TABLES
    returns = tables.returns(week.economics_now, week.clients, most)
    yield Section("roi", "What the week cost and brought", (returns,))
    yield Section("side-by-side", "Engines side by side", tuple(_comparative(week, is_whole)))
    if is_whole:
        engines = week.standings, week.economics_now
        yield Section("engine-cards", "Engine cards", (tables.cards(*engines),))
        yield Section("references", "Metrics and their references", (tables.references(*engines),))
    if week.goals:
        yield Section("goals", "Goals", (tables.goals(week, most),))


def quality(week: EngineWeek, general: Section) -> Section:
    """Return the data-quality section with what the engines' data adds to mind."""
    if not week.notes:
        return general
    notes = week.notes[:_MOST_NOTES]
    if n_more := len(week.notes) - len(notes):
        notes = (*notes, f"{n_more} more of the kind; {tables.ELSEWHERE}")
    return replace(general, blocks=(Notice(notes), *general.blocks))


def summary(week: EngineWeek) -> Iterator[tuple[str, str]]:
    """Yield the lines that lead the workbook."""
    total = week.total(week.period.start)
    for name in _TOTALS:
        yield MEASURES[name].label, shown(total, name)


def _totals(week: EngineWeek, *, is_whole: bool) -> Iterator[Block]:
    now, before = week.total(week.period.start), week.total(week.period.previous.start)
    yield Cards(tuple(total_card(name, now, before, week.period.rhythm) for name in _TOTALS))
    if is_whole:
        yield tables.economics(now, before, week.period.rhythm)


def _top(week: EngineWeek) -> Section:
    """Return the engines that the gate calls top; without any, the highest scores as such."""
    allowed = {
        (claim.client_id, claim.engine_id): claim.said
        for claim in week.claims
        if claim.kind == _TOP_KIND and claim.said.is_supported
    }
    top = [each for each in week.ranked if each.key in allowed][:MOST_RANKED]
    if top:
        items = tuple(_ranked(each, allowed[each.key]) for each in top)
        return Section("top", "Top performing engines this week", (Items(items, is_numbered=True),))
    items = tuple(_ranked(each, None) for each in week.ranked[:MOST_RANKED])
    listed = Items(items, is_numbered=True, empty="No engine has a score this week.")
    note = Paragraph("There is no evidence of a real order among them.", is_quiet=True)
    return Section("top", "Highest scores this week", (note, listed) if items else (listed,))


def _ranked(each: Standing, said: Statement | None) -> Item:
    score = f"score {display.number(each.score, 'score')} ({charts.signed(each.score)})"
    return Item(
        f"{each.title}, {each.client}",
        _leading_metric(each),
        chip=Chip(_TOP, "good") if said else None,
        facts=(score, said.sentence, said.evidence) if said else (score,),
    )


def _leading_metric(each: Standing) -> str:
    metric = each.leading
    if metric is None:
        return each.purpose
    value = display.number(metric.value, metric.unit)
    benchmark = display.number(metric.benchmark, metric.unit)
    return f"{metric.label} {value}, benchmark {benchmark} (n = {metric.n:,})"


def _needing_attention(week: EngineWeek, *, is_whole: bool) -> Section:
    by_engine: dict[tuple[str, str], list[Attention]] = {}
    for each in week.attention:
        by_engine.setdefault((each.client_id, each.engine_id), []).append(each)
    most = _MOST_IN_TECHNICAL if is_whole else _MOST_ATTENTION
    found = list(by_engine.items())
    if len(found) > most:
        scores = {each.key: each.score for each in week.standings}
        found.sort(key=lambda named: scores.get(named[0]) or charts.BENCHMARK)
    kept = found[:most]
    items = tuple(_attention(engine, reasons, week) for engine, reasons in kept)
    blocks: list[Block] = [Items(items, empty="No engine crossed a line or is in decline.")]
    if len(by_engine) > len(kept):
        where = tables.ELSEWHERE if is_whole else "the technical edition holds more"
        n_more = len(by_engine) - len(kept)
        blocks.append(Paragraph(f"{n_more} more; {where}.", is_quiet=True))
    return Section("attention", "Engines needing attention", tuple(blocks))


def _attention(engine: tuple[str, str], reasons: list[Attention], week: EngineWeek) -> Item:
    """Return an engine with every reason, its chip that of the first."""
    named = next((each for each in week.standings if each.key == engine), None)
    title = f"{named.title}, {named.client}" if named else f"{engine[1]}, {engine[0]}"
    said = tuple(
        f"{each.finding} ({each.evidence})" if each.evidence else each.finding for each in reasons
    )
    chip = _REASONS[reasons[0].reason]
    return Item(title, said[0], chip) if len(said) == 1 else Item(title, chip=chip, actions=said)


def _comparative(week: EngineWeek, is_whole: bool) -> Iterator[Block]:  # noqa: FBT001
    if not week.standings:
        yield Paragraph("No engine has data this week.", is_quiet=True)
        return
    shown_engines = largest(week.standings, week.economics_now, IN_CHARTS)
    yield Charts((charts.scores(shown_engines),))
    if is_whole:
        yield Charts((charts.against_industry(shown_engines),))
    history = largest(week.history, week.economics_now, IN_CHARTS)
    if lines := charts.over_time(history, week.clients, week.period.rhythm):
        yield Charts((lines,))
    if said := left_out(week.standings, IN_CHARTS, "the tables hold more"):
        yield Paragraph(f"{said}.", is_quiet=True)
