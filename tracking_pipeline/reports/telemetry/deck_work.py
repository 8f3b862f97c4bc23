"""The slides of work: productivity and quality, the copilot, and what is recommended."""

from collections.abc import Iterator, Sequence
from typing import Final

from tracking_pipeline.analysis.expansion import Expansion
from tracking_pipeline.analysis.platforms import Difference
from tracking_pipeline.analysis.statistics.ranking import SMALLEST_COHORT
from tracking_pipeline.reports import display
from tracking_pipeline.reports.slides import (
    Arithmetic,
    BigNumber,
    Bullets,
    Panel,
    Series,
    Slide,
    SlideChart,
    Step,
)
from tracking_pipeline.reports.telemetry import assumptions as ids
from tracking_pipeline.reports.telemetry.deck_people import slowest
from tracking_pipeline.reports.telemetry.deck_words import (
    NO_DATA,
    base,
    drawn,
    figure,
    is_known,
    listed,
    number,
    ranges,
    shown,
    usd,
)
from tracking_pipeline.reports.telemetry.names import platform_name
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.value import CapabilityValue, TeamValue

_TIMES: Final = "\N{MULTIPLICATION SIGN}"


def productivity(team: TeamReport, value: TeamValue) -> Slide:
    """Return commits, merged pull requests, test coverage and bugs, and the quality score."""
    created = f"{shown(value, 'prs_created')} created"
    weeks = Series("Commits", tuple(week.commits for week in team.weeks))
    names = tuple(f"{week.start.day} {week.start:%b}" for week in team.weeks)
    chart = SlideChart("Commits by week from Sunday", names, (weeks,), "count", "column")
    return Slide(
        title=_pace(value),
        kicker="Productivity and quality",
        numbers=(
            number(value, "commits", f"{shown(value, 'commits_per_day')} an engineer and day"),
            number(value, "prs_merged", created),
            number(value, "avg_test_coverage", _coverage(value)),
            number(value, "bugs_fixed", f"{shown(value, 'code_reviews')} code reviews"),
        ),
        panels=(drawn(chart), listed("What stands beside it", _read(team, value))),
        split=0.52,
        footnote=ranges(team.assumed, ids.BASELINE)
        + " A day without data counts as one without commits.",
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
        panels=(drawn(answers), drawn(chart)),
        footnote="Rates are of sums: hits / (hits + misses), accepted / (accepted + rejected). "
        "What the copilot itself cost is not measured.",
    )


def recommendations(team: TeamReport, value: TeamValue) -> Slide:
    """Return whether to go on, to expand, where to train and which platform to look at."""
    lines = (each.sentence for each in team.advice)
    return Slide(
        title=_verdict(team, value),
        kicker="Recommendations",
        numbers=(
            number(value, "roi_multiplier", "value delivered / cost of CORTEX"),
            _expanded(team.expansion),
            _trained(team.training),
            _slowest(team.differences),
        ),
        panels=(listed("What the figures advise", lines), _expansion(team)),
        split=0.42,
        footnote="Assumes that further engineers do as those of today do; "
        "a year is 365 days at the pace of this window.",
        notes=tuple(f"{each.sentence}: {each.evidence}" for each in team.advice),
    )


def _expanded(found: Expansion) -> BigNumber:
    label = f"{display.counted(found.n_more, 'more engineer')}, net a year"
    if found.low is None or found.base is None or found.high is None:
        return BigNumber(label, NO_DATA, _too_few(found))
    low, high = usd(found.low.net_usd), usd(found.high.net_usd)
    return BigNumber(label, usd(found.base.net_usd), f"95 % interval {low} to {high}")


def _too_few(found: Expansion) -> str:
    return f"{found.n} of {SMALLEST_COHORT} engineers with a value"


def _trained(found: Sequence[CapabilityValue]) -> BigNumber:
    if not found:
        return BigNumber("Training", "None", "no capability is singled out")
    first = found[0]
    used = f"{first.engineers_using} of {first.active_engineers} use it"
    success = f"{figure(first.success_rate, 'fraction')} successful"
    return BigNumber("Training", display.title(first.capability), f"{used}, {success}")


def _slowest(found: Sequence[Difference]) -> BigNumber:
    first = slowest(found)
    if first is None:
        return BigNumber("Platform", "None", "is shown to be slower than another")
    than = f"{figure(first.share, 'fraction')} slower than {platform_name(first.fast)}"
    return BigNumber("Platform", platform_name(first.slow), than)


def _pace(value: TeamValue) -> str:
    gain = value.productivity_gain_percent
    if gain is None:
        return "What was committed is not known"
    side = "above" if gain >= 0 else "below"
    pace = shown(value, "commits_per_day")
    by = figure(abs(gain), "percent")
    return f"{pace} commits an engineer and day, {by} {side} the baseline"


def _coverage(value: TeamValue) -> str:
    change = value.coverage_improvement
    if change is None:
        return "mean of the days that state it"
    signed = f"{change:+z.1f}".replace("-", "\N{MINUS SIGN}")
    return f"{signed} points against the {value.n_days} days before"


def _read(team: TeamReport, value: TeamValue) -> Iterator[str]:
    pace, assumed = shown(value, "commits_per_day"), base(team.assumed, ids.BASELINE)
    gain = shown(value, "productivity_gain_percent")
    if is_known(value, "productivity_gain_percent"):
        yield f"Commits: ({pace} − {assumed}) / {assumed} = {gain}"  # noqa: RUF001 - minus
    if is_known(value, "quality_score"):
        yield f"Quality score {shown(value, 'quality_score')} of 100, mean of the engineers"
    if is_known(value, "lines_added", "lines_deleted"):
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
    return f"{told[0]} ({times})" if told else "Without an ROI nothing is recommended"


def _expansion(team: TeamReport) -> Panel:
    found = team.expansion
    more = display.counted(found.n_more, "more engineer")
    title = f"What {more} would bring a year"
    if found.base is None:
        return Bullets(title, (f"Not projected: {_too_few(found)}",))
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
