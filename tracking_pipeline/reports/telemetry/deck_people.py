"""The slides of who and where: champions, platforms, capabilities."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Column
from tracking_pipeline.reports.slides import (
    BigNumber,
    Series,
    Slide,
    SlideChart,
    SlideTable,
)
from tracking_pipeline.reports.telemetry.deck_words import charted, figure, usd
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_rankings import Champion, TeamRanking
from tracking_pipeline.reports.telemetry.team_tables import platform_name
from tracking_pipeline.reports.telemetry.value import CapabilityValue, TeamValue

_MOST_ROWS: Final = 7
_PLACES: Final = 3
_GRADES: Final = (
    "Grades of the mean latency: below 500 ms Excellent, below 1,000 Good, below 2,000 Fair, "
    "else Needs Optimization."
)


def champions(team: TeamReport, _value: TeamValue) -> Slide:
    """Return who leads in cost, ROI and copilot use, or why nobody is shown."""
    if not team.champions:
        why = team.refusal or "Nobody of the team has data to be ranked by."
        return Slide("No champions are shown", "Champions", "section", why)
    keys = [each.key for each in team.champions]
    rankings = [ranking for ranking in team.rankings if ranking.key in keys]
    columns = (Column("Place"), *(Column(each.label) for each in rankings))
    table = SlideTable(
        f"The first {_PLACES} of {len(rankings[0].places)}", columns, _placed(team, rankings)
    )
    return Slide(
        title=_leading(team.champions),
        kicker="Champions",
        numbers=tuple(_champion(each) for each in team.champions),
        panels=(table,),
        footnote="A champion is one whose rank's 95 % interval is 1 to 1; ranks are of figures "
        "drawn towards the team's mean by as much as they are noise.",
        notes=tuple(each.sentence for each in team.champions),
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
        title=advised[0].sentence if advised else "No platform is compared",
        kicker="Platform analysis",
        panels=(charted(chart), table),
        split=0.42,
        footnote=" ".join((*(f"{each.evidence}." for each in advised), _GRADES)),
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
    numbers = ("Executions", "Successful", "Mean latency")
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
    table = SlideTable("What they are used for, and how it ends", columns, rows)
    rest = f" The {len(found)} most adopted of {len(every)}." if len(every) > len(found) else ""
    return Slide(
        title=_adopted(every),
        kicker="Capability adoption",
        panels=(charted(chart), table),
        split=0.45,
        footnote="Adoption is engineers using a capability / engineers with any execution." + rest,
    )


def _champion(found: Champion) -> BigNumber:
    label = found.title if found.is_clear else f"Leads: {found.title.split()[0]}"
    _, _, stands = found.sentence.partition(": ")
    return BigNumber(label, found.name, stands[:1].upper() + stands[1:])


def _leading(found: Sequence[Champion]) -> str:
    clear = [f"{each.name} ({each.title.split()[0]})" for each in found if each.is_clear]
    if not clear:
        return "Who leads cannot be told apart from who follows"
    return f"Ahead beyond doubt of the measure: {', '.join(clear)}"


def _placed(team: TeamReport, rankings: Sequence[TeamRanking]) -> tuple[tuple[str, ...], ...]:
    standing = [
        [
            f"{team.name(each.engineer)} · {_amount(each.value, ranking.unit)}"
            for each in ranking.places[:_PLACES]
        ]
        for ranking in rankings
    ]
    rows = zip_longest(*standing, fillvalue="")
    return tuple((str(place), *row) for place, row in enumerate(rows, start=1))


def _amount(value: float, unit: str) -> str:
    return usd(value) if unit == "usd" else figure(value, unit)


def _adopted(found: Sequence[CapabilityValue]) -> str:
    known = [each for each in found if each.adoption_rate is not None]
    if not known:
        return "No capability was used in this window"
    whole = [each for each in known if each.adoption_rate == 1]
    last = known[-1]
    used = f"{last.engineers_using} of {display.counted(last.active_engineers, 'engineer')}"
    if len(whole) == len(known):
        return f"Everyone uses all {len(known)} capabilities"
    name = display.title(last.capability)
    return f"{len(whole)} of {len(known)} capabilities are used by all; {name} by {used}"
