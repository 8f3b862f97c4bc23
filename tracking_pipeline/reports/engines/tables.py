"""The tables of the engine reports: economics, engine cards, references, goals."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.display import TONES
from tracking_pipeline.reports.document import Cell, Chip, Column, RowGroup, Table, Tone
from tracking_pipeline.reports.engines import charts
from tracking_pipeline.reports.engines.economics import MEASURES, Economics, reason, shown
from tracking_pipeline.reports.engines.judgements import Goal
from tracking_pipeline.reports.engines.largest import (
    IN_CARDS,
    IN_REFERENCES,
    largest,
    left_out,
)
from tracking_pipeline.reports.engines.standings import EngineMetric, Standing
from tracking_pipeline.reports.engines.week import EngineWeek

_RETURNS: Final = (
    *("operational_cost_usd", "value_generated_usd", "engine_roi_pct", "cost_per_meeting_usd"),
    *("roi_vs_traditional_pct", "cost_saved_usd", "hours_saved"),
)
_RETURN_LABELS: Final = (
    *("Cost", "Value", "Engine ROI", "Cost / meeting", "ROI vs traditional", "Cost saved"),
    "Hours saved",
)
_RETURN_CAPTION: Final = (
    "Engine ROI is the value generated over the cost; against the traditional way the same "
    "meetings are priced at what they cost before. Both count the same output: never added"
)
ELSEWHERE: Final = "report.xlsx and report.json hold every one"
_GOAL_TONES: Final[dict[str, Tone]] = {"exceeded": "good", "on_track": "neutral", "at_risk": "bad"}
_BASES: Final = {
    "measured": "measured: the previous method on record",
    "vendor": "not measured: as vendors state it",
    "assumed": "assumed",
    "mixed": "measured for some clients, assumed for the others",
}
_SHORT_BASES: Final = {
    "measured": "measured",
    "vendor": "not measured",
    "assumed": "assumed",
    "mixed": "partly measured",
}


def basis(name: str | None) -> str:
    """Return what the traditional cost rests on, in words."""
    return _BASES.get(name or "", name or "basis unknown")


def economics(now: Economics | None, before: Economics | None, rhythm: str) -> Table:
    """Return every figure of one subject's economics beside those of the period before."""
    rows = tuple(
        (
            Cell(measure.label, code=name, note=reason(now, name)),
            Cell(shown(now, name), is_strong=True),
            Cell(shown(before, name)),
            Cell("0" if now is None else f"{now.n(name):,}"),
            Cell(display.share(now.coverage if now else None)),
        )
        for name, measure in MEASURES.items()
    )
    columns = (Column("Figure", width=1.6), *_numbers(f"This {rhythm}", "Before", "n", "Coverage"))
    return Table(f"Every figure of the {rhythm}'s economics", columns, (RowGroup(rows),))


def returns(found: Sequence[Economics], names: Mapping[str, str], most: int | None = None) -> Table:
    """Return what each client's engines cost and brought, all clients first, then the largest.

    What a meeting costs the traditional way is told once when it is the same for all.
    """
    kept = found if most is None else largest(found, found, most)
    ways = {(each.traditional_cost_per_meeting_usd, each.traditional_basis) for each in found}
    columns = (Column("Client", width=1.8), *_numbers(*_RETURN_LABELS))
    parts = [_RETURN_CAPTION, left_out(found, most or len(found), ELSEWHERE)]
    if len(ways) == 1:
        parts.insert(1, _traditional(*ways.pop()))
    else:
        columns = (*columns, Column("Traditional meeting", is_number=True))
    return Table(
        ". ".join(part for part in parts if part),
        columns,
        (RowGroup(tuple(_returned(each, names)[: len(columns)] for each in kept)),) if kept else (),
        empty="No cost was recorded.",
    )


def _returned(each: Economics, names: Mapping[str, str]) -> tuple[Cell, ...]:
    cost = display.number(each.traditional_cost_per_meeting_usd, "usd")
    return (
        Cell(_client(each, names), is_strong=each.client_id is None),
        *(Cell(shown(each, name)) for name in _RETURNS),
        Cell(cost, note=_SHORT_BASES.get(each.traditional_basis or "", "")),
    )


def cards(standings: Sequence[Standing], economics: Sequence[Economics]) -> Table:
    """Return each engine's card: score, benchmark, trend, leading metric, last update."""
    groups = tuple(
        RowGroup(tuple(_card(each) for each in engines), name, client_id)
        for (client_id, name), engines in _by_client(largest(standings, economics, IN_CARDS))
    )
    caption = left_out(standings, IN_CARDS, ELSEWHERE) or "Every engine of every client"
    columns = (
        Column("Engine", width=1.5),
        *_numbers("Score", "Before", "vs benchmark"),
        Column("Trend of the score", width=1.2),
        Column("Leading metric", width=1.5),
        Column("Last update"),
    )
    return Table(caption, columns, groups)


def references(standings: Sequence[Standing], economics: Sequence[Economics]) -> Table:
    """Return each metric beside its benchmark and the industry average."""
    groups = tuple(
        RowGroup(
            tuple(_reference(metric) for metric in each.metrics),
            f"{each.title}, {each.client}",
            f"{each.client_id} / {each.engine_id}",
        )
        for each in largest(standings, economics, IN_REFERENCES)
        if each.metrics
    )
    caption = "Positive is better, whichever way the metric counts"
    where = left_out(standings, IN_REFERENCES, ELSEWHERE)
    labels = ("Value", "Benchmark", "vs benchmark", "Industry", "vs industry", "n", "Coverage")
    return Table(
        f"{caption}. {where}" if where else caption,
        (Column("Metric", width=1.8), *_numbers(*labels)),
        groups,
    )


def goals(week: EngineWeek, most: int | None = None) -> Table:
    """Return the goals beside the week's figure; when not every one, those not reached first."""
    missed = sorted(week.goals, key=lambda goal: goal.is_reached)
    kept = set(missed[:most])
    shown_goals = [goal for goal in week.goals if goal in kept]
    groups = tuple(
        RowGroup(tuple(_goal(each) for each in group), week.clients.get(client_id, client_id))
        for client_id, group in groupby(shown_goals, key=lambda goal: goal.client_id)
    )
    columns = (
        Column("Goal", width=1.8),
        *_numbers("Target", "This week"),
        Column("Reached"),
        Column("Today"),
        Column("Due"),
    )
    caption = "Targets the clients set; today is the day of this report"
    if len(shown_goals) < len(week.goals):
        caption += (
            f". {len(shown_goals)} of {len(week.goals)}, those not reached first; {ELSEWHERE}"
        )
    return Table(caption, columns, groups)


def _numbers(*labels: str) -> tuple[Column, ...]:
    return tuple(Column(label, is_number=True) for label in labels)


def _client(each: Economics, names: Mapping[str, str]) -> str:
    return names.get(each.subject, "All clients" if each.client_id is None else each.client_id)


def _traditional(cost_usd: float | None, on: str | None) -> str:
    if cost_usd is None:
        return ""
    return f"A traditional meeting: {display.number(cost_usd, 'usd')} ({basis(on)})"


def _by_client(standings: Iterable[Standing]) -> list[tuple[tuple[str, str], list[Standing]]]:
    by_client = groupby(standings, key=lambda each: (each.client_id, each.client))
    return [(client, list(engines)) for client, engines in by_client]


def _card(each: Standing) -> tuple[Cell, ...]:
    seen, metric = each.trend, each.leading
    verdict = display.verdict(seen)
    evidence = seen and display.evidence(None, seen.p_value, seen.ci_low, seen.ci_high)
    return (
        Cell(each.title, note=each.reason or each.purpose),
        Cell(display.number(each.score, "score"), is_strong=True),
        Cell(display.number(each.previous_score, "score")),
        Cell(charts.share(each.comparison)),
        Cell("", chip=Chip(verdict, TONES.get(verdict, "neutral")), note=evidence or ""),
        Cell(metric.label, note=display.number(metric.value, metric.unit)) if metric else _NONE,
        Cell(f"{each.last_observed_at:%Y-%m-%d %H:%M}") if each.last_observed_at else _NONE,
    )


def _reference(metric: EngineMetric) -> tuple[Cell, ...]:
    note = "" if metric.provenance == "measured" else metric.provenance
    return (
        Cell(metric.label, code=metric.metric, note=note),
        Cell(display.number(metric.value, metric.unit), is_strong=True),
        Cell(display.number(metric.benchmark, metric.unit)),
        Cell(charts.share(metric.comparison)),
        Cell(display.number(metric.industry_average, metric.unit)),
        Cell(charts.share(metric.against_industry)),
        Cell(f"{metric.n:,}"),
        Cell(display.share(metric.coverage)),
    )


def _goal(each: Goal) -> tuple[Cell, ...]:
    reached = "no data" if each.value is None else "reached" if each.is_reached else "not reached"
    today = each.status or "no data"
    words = display.title(today).lower() + (", overdue" if each.is_overdue else "")
    return (
        Cell(f"{each.engine_id} · {each.label}"),
        Cell(display.number(each.target_value, each.unit)),
        Cell(display.number(each.value, each.unit), is_strong=True),
        Cell("", chip=Chip(reached, "good" if each.is_reached else "neutral")),
        Cell("", chip=Chip(words, _GOAL_TONES.get(today, "neutral"))),
        Cell(each.due_date.isoformat() if each.due_date else display.NO_DATA),
    )


_NONE: Final = Cell(display.NO_DATA)
