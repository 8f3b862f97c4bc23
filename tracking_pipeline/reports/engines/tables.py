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
from tracking_pipeline.reports.engines.standings import EngineMetric, Standing
from tracking_pipeline.reports.engines.week import EngineWeek

_RETURNS: Final = (
    *("operational_cost_usd", "value_generated_usd", "engine_roi_pct", "cost_per_meeting_usd"),
    *("roi_vs_traditional_pct", "cost_saved_usd", "hours_saved"),
)
_GOAL_TONES: Final[dict[str, Tone]] = {"exceeded": "good", "on_track": "neutral", "at_risk": "bad"}
_BASES: Final = {
    "measured": "measured: the previous method on record",
    "vendor": "not measured: as vendors state it",
    "assumed": "assumed",
    "mixed": "measured for some clients, assumed for the others",
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


def returns(found: Sequence[Economics], names: Mapping[str, str]) -> Table:
    """Return what each client's engines cost and brought, all clients first."""
    rows = tuple(
        (
            Cell(_client(each, names), note=_traditional(each), is_strong=each.client_id is None),
            *(Cell(shown(each, name)) for name in _RETURNS),
        )
        for each in found
    )
    labels = ("Cost", "Value", "Engine ROI", "Cost / meeting", "ROI vs traditional")
    columns = (Column("Client", width=1.8), *_numbers(*labels, "Cost saved", "Hours saved"))
    return Table(
        "Engine ROI is the value generated over the cost; against the traditional way the same "
        "meetings are priced at what they cost before. Both count the same output: never added",
        columns,
        (RowGroup(rows),),
        empty="No cost was recorded.",
    )


def cards(standings: Iterable[Standing]) -> Table:
    """Return every engine's card: score, benchmark, trend, leading metric, last update."""
    groups = tuple(
        RowGroup(tuple(_card(each) for each in engines), name, client_id)
        for (client_id, name), engines in _by_client(standings)
    )
    columns = (
        Column("Engine", width=1.5),
        *_numbers("Score", "Before", "vs benchmark"),
        Column("Trend of the score", width=1.2),
        Column("Leading metric", width=1.5),
        Column("Last update"),
    )
    return Table("Every engine of every client", columns, groups)


def references(standings: Iterable[Standing]) -> Table:
    """Return every metric beside its benchmark and the industry average."""
    groups = tuple(
        RowGroup(
            tuple(_reference(metric) for metric in each.metrics),
            f"{each.title}, {each.client}",
            f"{each.client_id} / {each.engine_id}",
        )
        for each in standings
        if each.metrics
    )
    labels = ("Value", "Benchmark", "vs benchmark", "Industry", "vs industry", "n", "Coverage")
    return Table(
        "Positive is better, whichever way the metric counts",
        (Column("Metric", width=1.8), *_numbers(*labels)),
        groups,
    )


def goals(week: EngineWeek) -> Table:
    """Return every goal beside the week's figure."""
    groups = tuple(
        RowGroup(tuple(_goal(each) for each in group), week.clients.get(client_id, client_id))
        for client_id, group in groupby(week.goals, key=lambda goal: goal.client_id)
    )
    columns = (
        Column("Goal", width=1.8),
        *_numbers("Target", "This week"),
        Column("This week"),
        Column("Today"),
        Column("Due"),
    )
    return Table("Targets the clients set; today is the day of this report", columns, groups)


def _numbers(*labels: str) -> tuple[Column, ...]:
    return tuple(Column(label, is_number=True) for label in labels)


def _client(each: Economics, names: Mapping[str, str]) -> str:
    return names.get(each.subject, "All clients" if each.client_id is None else each.client_id)


def _traditional(each: Economics) -> str:
    if each.traditional_cost_per_meeting_usd is None:
        return ""
    cost = display.number(each.traditional_cost_per_meeting_usd, "usd")
    return f"traditional meeting {cost} ({basis(each.traditional_basis)})"


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
