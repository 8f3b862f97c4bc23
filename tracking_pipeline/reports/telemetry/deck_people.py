"""The slides of who and where: champions, platforms, capabilities."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from tracking_pipeline.analysis.platforms import Difference
from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Column
from tracking_pipeline.reports.slides import (
    BigNumber,
    Series,
    Slide,
    SlideChart,
    SlideTable,
)
from tracking_pipeline.reports.telemetry.deck_words import drawn, figure, usd
from tracking_pipeline.reports.telemetry.names import platform_name
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_advice import compared
from tracking_pipeline.reports.telemetry.team_rankings import Champion, TeamRanking, rank_interval
from tracking_pipeline.reports.telemetry.value import CapabilityValue, TeamValue

_MOST_ROWS: Final = 7
_PLACES: Final = 5
_ADOPTION: Final = "Adoption is engineers using a capability / engineers with any execution."
_GRADES: Final = (
    "Grades of the mean latency: below 500 ms Excellent, below 1,000 Good, below 2,000 Fair, "
    "else Needs Optimization; the mean of too few executions has none."
)


def champions(team: TeamReport, _value: TeamValue) -> Slide:
    """Return who is first in cost, ROI and copilot use, or why nobody is shown."""
    if not team.champions:
        why = team.refusal or "Nobody of the team has data to be ranked by."
        return Slide("No champions are shown", "Champions", "section", why)
    keys = [each.key for each in team.champions]
    rankings = [ranking for ranking in team.rankings if ranking.key in keys]
    placed = _placed(team, rankings)
    columns = (Column("Place"), *(Column(each.label) for each in rankings))
    table = SlideTable(
        f"The highest {len(placed)}, with the 95 % interval of the rank", columns, placed
    )
    return Slide(
        title=_leading(team.champions),
        kicker="Champions",
        numbers=tuple(_champion(each) for each in team.champions),
        panels=(table,),
        footnote="Raw figures; ranks are of figures drawn towards the team's mean by as much as "
        "they are noise. A champion's interval is 1 to 1, and tests set it above every other.",
        notes=tuple(f"{each.sentence} ({each.evidence})" for each in team.champions),
    )


def platforms(team: TeamReport, _value: TeamValue) -> Slide:
    """Return latency, return and hit rate of each platform, and whether one is slower."""
    found = team.window.platforms
    names = tuple(platform_name(each.platform) for each in found)
    latency = Series("Mean latency", tuple(each.mean_latency_ms for each in found))
    chart = SlideChart("Mean latency of an execution", names, (latency,), "ms")
    columns = (
        Column("Platform"),
        *(Column(label, is_number=True) for label in ("Engineers", "ROI", "Hit rate")),
        Column("Grade"),
    )
    rows = tuple(
        (
            platform_name(each.platform),
            f"{each.engineers:,}",
            figure(each.roi_multiplier, "multiple"),
            figure(each.memory_hit_rate, "fraction"),
            each.grade or "no data",
        )
        for each in found
    )
    table = SlideTable("What each platform returns", columns, rows)
    advised = [each for each in team.advice if each.kind == "platform"]
    return Slide(
        title=_slower(team),
        kicker="Platform analysis",
        panels=(drawn(chart), drawn(table)),
        split=0.4,
        footnote=" ".join((*(f"{_sentence(each.evidence)}." for each in advised), _GRADES)),
    )


def capabilities(team: TeamReport, _value: TeamValue) -> Slide:
    """Return how many engineers use each capability, how often and how successfully."""
    every = sorted(
        team.window.capabilities,
        key=lambda each: (-(each.adoption_rate or 0), -each.executions, each.capability),
    )
    found = every[:_MOST_ROWS]
    names = tuple(display.title(each.capability) for each in found)
    adopted = Series("Adoption", tuple(each.adoption_rate for each in found))
    chart = SlideChart("Engineers who use it", names, (adopted,), "fraction")
    numbers = ("Executions", "Success", "Latency")
    columns = (Column("Capability"), *(Column(label, is_number=True) for label in numbers))
    rows = tuple(
        (
            display.title(each.capability),
            f"{each.executions:,}",
            figure(each.success_rate, "fraction"),
            figure(each.mean_latency_ms, "ms"),
        )
        for each in found
    )
    table = SlideTable("How often and how well they run", columns, rows)
    rest = f" The {len(found)} most adopted of {len(every)}." if len(every) > len(found) else ""
    return Slide(
        title=_adopted(every),
        kicker="Capability adoption",
        panels=(drawn(chart), drawn(table)),
        split=0.38,
        footnote=_ADOPTION + rest,
    )


def slowest(found: Sequence[Difference]) -> Difference | None:
    """Return the largest supported difference of two platforms."""
    supported = (each for each in found if each.is_supported)
    return max(supported, key=lambda each: each.share, default=None)


def _champion(found: Champion) -> BigNumber:
    if not found.is_judged:
        return BigNumber(found.title, "Not enough data", found.evidence)
    amount = _amount(found.value, found.unit)
    rank, _, _ = found.evidence.partition("; ")
    if found.is_clear:
        return BigNumber(found.title, found.name, f"{amount}, {rank}")
    highest = f"Highest estimate: {found.name} with {amount}, {rank}"
    return BigNumber(found.title, "No evidence", highest)


def _leading(found: Sequence[Champion]) -> str:
    clear = [f"{each.title}: {each.name}" for each in found if each.is_clear]
    if clear:
        return "; ".join(clear)
    judged = any(each.is_judged for each in found)
    return "No evidence who leads" if judged else "Not enough data to say who leads"


def _placed(team: TeamReport, rankings: Sequence[TeamRanking]) -> tuple[tuple[str, ...], ...]:
    standing = [
        [
            f"{team.name(each.engineer)} · {_amount(each.value, ranking.unit)} · "
            f"{rank_interval(each)}"
            for each in ranking.places[:_PLACES]
        ]
        for ranking in rankings
    ]
    rows = zip_longest(*standing, fillvalue="")
    return tuple((str(place), *row) for place, row in enumerate(rows, start=1))


def _amount(value: float, unit: str) -> str:
    return usd(value) if unit == "usd" else figure(value, unit)


def _slower(team: TeamReport) -> str:
    first = slowest(team.differences)
    return compared(first) if first else "No platform is shown to be slower than another"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _adopted(found: Sequence[CapabilityValue]) -> str:
    known = [each for each in found if each.adoption_rate is not None]
    if not known:
        return "No capability was used in this window"
    whole = [each for each in known if each.adoption_rate == 1]
    last = known[-1]
    used = f"{last.engineers_using} of {last.active_engineers}"
    if len(whole) == len(known):
        return f"Everyone uses all {len(known)} capabilities"
    name = display.title(last.capability)
    return f"{len(whole)} of {len(known)} capabilities in use by all, {name} by {used}"
