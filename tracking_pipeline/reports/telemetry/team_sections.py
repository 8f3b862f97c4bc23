"""The sections of a team's report."""

from collections.abc import Iterator
from typing import Final

from tracking_pipeline.analysis.statistics.ranking import METHOD
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
    Statement,
    Statements,
)
from tracking_pipeline.reports.model import Chart
from tracking_pipeline.reports.period import Rhythm
from tracking_pipeline.reports.telemetry import team_charts as charts
from tracking_pipeline.reports.telemetry import team_tables as tables
from tracking_pipeline.reports.telemetry import value_tables as shared
from tracking_pipeline.reports.telemetry.arithmetic import steps, unjudged, valued
from tracking_pipeline.reports.telemetry.exported_document import exported_points
from tracking_pipeline.reports.telemetry.measures import MEASURES
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_advice import RECOMMENDATIONS, compared, tested
from tracking_pipeline.reports.telemetry.team_document import LISTED
from tracking_pipeline.reports.telemetry.value import TeamValue

_LEADING: Final = (
    "cost_saved_usd",
    "hours_saved",
    "roi_multiplier",
    "commits_per_day",
    "memory_hit_rate",
    "avg_test_coverage",
)
_A_ROW: Final = 3
_AS_EXPORTED: Final = (
    "These totals are shown as they were exported, of the dates that they cover. They are not part "
    "of the figures that are computed here from the delivered records."
)
_ONLY_EXPORTS: Final = (
    "Of this period nothing but exports was delivered: the report is of what they state."
)
_ROI_BASIS: Final = "The ROI divides by {}, the cost of CORTEX for {}."
_DRAWN: Final = (
    "A figure is drawn towards the team's mean by as much as its days are noise; a date without "
    "data adds nothing to a total. Who is first is a champion only when the whole 95 % interval of "
    f"their rank is 1 and each test against another has p < 0.05. Method: {METHOD}."
)


def sections(
    report: TeamReport, rhythm: Rhythm, reasons: tuple[str, ...], *, is_whole: bool
) -> Iterator[Section]:
    """Yield the report; the executive edition is without the long tables."""
    team = report.window.team
    if team is None:
        yield Section("exported", "As exported", tuple(_exported(report, is_only=True)))
        yield Section(
            "quality", "Data quality", tuple(_quality(report, reasons, is_whole=is_whole))
        )
        return
    yield Section("headline", "At a glance", tuple(_headline(report, team, rhythm)))
    yield Section("talking-points", "Talking points", (tables.points(report.talking_points),))
    yield Section("value", "What it is worth", tuple(_value(report, team)))
    yield Section("champions", "Who leads", tuple(_rankings(report, is_whole=is_whole)))
    yield Section("platforms", "Platforms", tuple(_platforms(report)))
    yield Section("capabilities", "Capabilities", tuple(_capabilities(report)))
    yield Section("expansion", "Expansion", (tables.expansion(report),))
    yield Section("recommendations", "Recommendations", (_advice(report),))
    if report.exported.engineers:
        yield Section("exported", "As exported", tuple(_exported(report, is_only=False)))
    yield Section("quality", "Data quality", tuple(_quality(report, reasons, is_whole=is_whole)))
    yield Section("assumptions", "What is assumed", (shared.assumptions(report.assumed),))
    if is_whole:
        cost = display.number(team.valued_cost_usd, "usd")
        every = shared.every_figure(team, report.previous.team, rhythm)
        basis = Paragraph(_ROI_BASIS.format(cost, valued(team)), is_quiet=True)
        yield Section("figures", "Every figure", (every, basis, tables.engineers(report)))


def _headline(report: TeamReport, team: TeamValue, rhythm: str) -> Iterator[Block]:
    for first in range(0, len(_LEADING), _A_ROW):
        row = _LEADING[first : first + _A_ROW]
        yield Cards(tuple(_card(report, team, name, rhythm) for name in row))
    if team.recommendation is not None:
        yield Items((Item(text=RECOMMENDATIONS[team.recommendation][1], facts=_facts(team)),))
    elif why := unjudged(team):
        yield Paragraph(f"{why}.")


def _card(report: TeamReport, team: TeamValue, name: str, rhythm: str) -> Card:
    measure, before = MEASURES[name], report.previous.team
    previous = measure.shown(before) if measure.of(before) is not None else "no data"
    return Card(
        label=measure.label,
        entity="",
        value=measure.shown(team),
        before=f"{previous} the {rhythm} before",
        support=_support(report, team, name),
    )


def _support(report: TeamReport, team: TeamValue, name: str) -> str:
    mean = display.number(team.mean_roi_multiplier, "multiple")
    returned = f"mean of {display.counted(team.engineers_valued, 'engineer')}: {mean}"
    rests_on = {
        "cost_saved_usd": f"{display.number(team.annual_projection_usd, 'usd')} a year projected",
        "hours_saved": valued(team),
        "roi_multiplier": "; ".join(filter(None, (returned, report.basis))),
        "commits_per_day": "an engineer and date of the window",
        "avg_test_coverage": _gained(team, report.previous.team),
    }
    return rests_on.get(name, display.counted(team.engineers, "engineer"))


def _gained(team: TeamValue, before: TeamValue | None) -> str:
    """Return the points between the two coverages that the card shows."""
    at, was = (each.avg_test_coverage if each else None for each in (team, before))
    if at is None or was is None:
        return ""
    return f"{round(at, 1) - round(was, 1):+z.1f} points".replace("-", "\N{MINUS SIGN}")


def _facts(team: TeamValue) -> tuple[str, ...]:
    """Return what the team has beside the leading figures."""
    calls = display.number(team.api_calls_avoided, "count")
    worth = team.api_calls_value_usd
    price = "no price is set" if worth is None else display.number(worth, "usd")
    return (
        f"{team.active_engineers} of {display.counted(team.engineers, 'engineer')} with executions",
        f"{calls} API calls avoided ({price})",
    )


def _value(report: TeamReport, team: TeamValue) -> Iterator[Block]:
    yield shared.computation(steps(team, report.assumed))
    if drawn := charts.weeks(report):
        yield Charts(drawn)


def _rankings(report: TeamReport, *, is_whole: bool) -> Iterator[Block]:
    if report.refusal:
        yield Paragraph(report.refusal)
        return
    yield Statements(
        tuple(Statement(each.sentence, each.evidence, each.is_clear) for each in report.champions)
    )
    drawn = (charts.ranked(report, each, LISTED) for each in report.rankings[:2])
    yield from _drawn(*drawn)
    yield from (tables.ranking(report, each, is_whole=is_whole) for each in report.rankings)
    yield Paragraph(_DRAWN, is_quiet=True)


def _platforms(report: TeamReport) -> Iterator[Block]:
    yield from _drawn(charts.latencies(report), charts.hit_rates(report))
    yield tables.platforms(report)
    yield Statements(
        tuple(
            Statement(compared(each), tested(each), each.is_supported)
            for each in report.differences
        ),
        empty="No two platforms have enough engineers to be compared.",
    )


def _capabilities(report: TeamReport) -> Iterator[Block]:
    yield from _drawn(charts.adoption(report), charts.success(report))
    yield tables.capabilities(report)


def _drawn(*found: Chart | None) -> Iterator[Charts]:
    if shown := tuple(each for each in found if each):
        yield Charts(shown)


def _advice(report: TeamReport) -> Statements:
    return Statements(
        tuple(Statement(each.sentence, each.evidence, each.is_supported) for each in report.advice)
    )


def _exported(report: TeamReport, *, is_only: bool) -> Iterator[Block]:
    yield Paragraph(_ONLY_EXPORTS if is_only else _AS_EXPORTED, is_quiet=not is_only)
    yield tables.points(exported_points(report))
    if report.exported.totals and (why := unjudged(report.exported.totals)):
        yield Paragraph(f"{why}.")
    yield tables.exported(report)
    if is_only:
        yield tables.exported_uses(report.exported.platforms, "Platform")
        yield tables.exported_uses(report.exported.capabilities, "Capability")


def _quality(report: TeamReport, reasons: tuple[str, ...], *, is_whole: bool) -> Iterator[Block]:
    if reasons:
        yield Notice(reasons)
    else:
        yield Paragraph("Every engineer has data on every date, and nothing is left to mind.")
    if report.exported.engineers or report.exported.mismatches:
        yield tables.mismatches(report)
    if is_whole:
        yield tables.coverage(report)
