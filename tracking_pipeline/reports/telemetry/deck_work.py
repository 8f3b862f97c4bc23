"""The slides of work: productivity and quality, the copilot, and what is recommended."""

from collections.abc import Iterator
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.slides import (
    Arithmetic,
    Bullets,
    Panel,
    Series,
    Slide,
    SlideChart,
    Step,
)
from tracking_pipeline.reports.telemetry import assumptions as ids
from tracking_pipeline.reports.telemetry.deck_words import (
    base,
    charted,
    figure,
    number,
    ranges,
    shown,
    usd,
)
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_tables import platform_name
from tracking_pipeline.reports.telemetry.value import TeamValue

_TIMES: Final = "\N{MULTIPLICATION SIGN}"


def productivity(team: TeamReport, value: TeamValue) -> Slide:
    """Return commits, merged pull requests, test coverage and bugs, and the quality score."""
    created = f"{shown(value, 'prs_created')} created"
    weeks = Series("Commits", tuple(week.commits for week in team.weeks))
    names = tuple(f"{week.start.day} {week.start:%b}" for week in team.weeks)
    chart = SlideChart("Commits in each whole week", names, (weeks,), "count", "column")
    return Slide(
        title=_pace(team, value),
        kicker="Productivity and quality",
        numbers=(
            number(value, "commits", f"{shown(value, 'commits_per_day')} an engineer and day"),
            number(value, "prs_merged", created),
            number(value, "avg_test_coverage", _coverage(value)),
            number(value, "bugs_fixed", f"{shown(value, 'code_reviews')} code reviews"),
        ),
        panels=(charted(chart), Bullets("How to read it", tuple(_read(team, value)))),
        split=0.52,
        footnote=ranges(team.assumed, ids.BASELINE) + ". Commits count work, they do not weigh it.",
    )


def copilot(team: TeamReport, value: TeamValue) -> Slide:
    """Return how often memory answered and suggestions were accepted, over the platforms too."""
    found = team.window.platforms
    names = tuple(platform_name(each.platform) for each in found)
    rates = Series("Memory hit rate", tuple(each.memory_hit_rate for each in found))
    chart = SlideChart("Memory hit rate of each platform", names, (rates,), "fraction")
    counts = Series("Times", tuple(_counts(value).values()))
    kinds = tuple(_counts(value))
    answers = SlideChart("What memory and suggestions met", kinds, (counts,), "count")
    lookups = _sum(value.memory_hits, value.memory_misses)
    offered = _sum(value.suggestions_accepted, value.suggestions_rejected)
    return Slide(
        title=_met(value),
        kicker="Copilot enhancement",
        numbers=(
            number(value, "memory_hit_rate", f"of {figure(lookups, 'count')} lookups"),
            number(value, "acceptance_rate", f"of {figure(offered, 'count')} suggestions"),
            number(value, "context_injections", "into the copilot"),
            number(value, "avg_context_tokens", "of an injection"),
        ),
        panels=(charted(answers), charted(chart)),
        footnote="Rates are of sums: hits / (hits + misses), accepted / (accepted + rejected). "
        "What the copilot itself cost is not measured.",
    )


def recommendations(team: TeamReport, value: TeamValue) -> Slide:
    """Return whether to go on, to expand, where to train and which platform to look at."""
    lines = tuple(each.sentence for each in team.advice)
    return Slide(
        title=_verdict(team, value),
        kicker="Recommendations",
        panels=(Bullets("What the figures advise", lines or ("No data",)), _expansion(team)),
        split=0.45,
        footnote="Assumes that further engineers do as those of today do; "
        f"a year is 365 days at the pace of this window. {_spread(team)}",
        notes=tuple(f"{each.sentence}: {each.evidence}" for each in team.advice),
    )


def _pace(team: TeamReport, value: TeamValue) -> str:
    gain = value.productivity_gain_percent
    if gain is None:
        return "What was committed is not known"
    side = "above" if gain >= 0 else "below"
    pace = shown(value, "commits_per_day")
    assumed = base(team.assumed, ids.BASELINE)
    by = figure(abs(gain), "percent")
    return f"An engineer commits {pace} times a day, {by} {side} the assumed {assumed}"


def _coverage(value: TeamValue) -> str:
    change = value.coverage_improvement
    if change is None:
        return "mean of the days that state it"
    signed = f"{change:+.1f}".replace("-", "\N{MINUS SIGN}")
    return f"{signed} points against the window before"


def _read(team: TeamReport, value: TeamValue) -> Iterator[str]:
    pace, assumed = shown(value, "commits_per_day"), base(team.assumed, ids.BASELINE)
    gain = shown(value, "productivity_gain_percent")
    yield f"Against the baseline: ({pace} − {assumed}) / {assumed} = {gain}"  # noqa: RUF001 - minus
    yield f"Quality score {shown(value, 'quality_score')} of 100, the mean of the engineers'"
    yield f"Lines added {shown(value, 'lines_added')}, deleted {shown(value, 'lines_deleted')}"


def _counts(value: TeamValue) -> dict[str, float | None]:
    return {
        "Memory hits": value.memory_hits,
        "Memory misses": value.memory_misses,
        "Suggestions accepted": value.suggestions_accepted,
        "Suggestions rejected": value.suggestions_rejected,
    }


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _met(value: TeamValue) -> str:
    if value.memory_hit_rate is None and value.acceptance_rate is None:
        return "How the copilot was used is not known"
    hits, accepted = shown(value, "memory_hit_rate"), shown(value, "acceptance_rate")
    return f"Memory hit rate {hits}; suggestions accepted {accepted}"


def _verdict(team: TeamReport, value: TeamValue) -> str:
    told = [each.sentence for each in team.advice if each.kind == "team"]
    times = figure(value.roi_multiplier, "multiple")
    return f"{told[0]} ({times})" if told else "Without a return on cost nothing is recommended"


def _expansion(team: TeamReport) -> Panel:
    found = team.expansion
    more = display.counted(found.n_more, "more engineer")
    title = f"What {more} would bring a year"
    if found.base is None:
        return Bullets(title, (f"Not projected: a value is known of {found.n} alone",))
    each, cost = usd(found.base.value_usd), usd(found.cost_usd)
    price = base(team.assumed, ids.MONTHLY_COST)
    mean = f"mean of {display.counted(found.n, 'engineer')}"
    net = f"{found.n_more:,} {_TIMES} ({each} − {cost})"  # noqa: RUF001 - minus
    return Arithmetic(
        title,
        (
            Step("Value of an engineer", mean, each),
            Step("Cost of CORTEX for one", f"{price} / 30 {_TIMES} 365", cost),
            Step("Net", net, usd(found.base.net_usd), is_result=True),
        ),
    )


def _spread(team: TeamReport) -> str:
    low, high = team.expansion.low, team.expansion.high
    if low is None or high is None:
        return ""
    return f"95 % interval of the net: {usd(low.net_usd)} to {usd(high.net_usd)}."
