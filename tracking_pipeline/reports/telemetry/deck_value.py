"""The slides of money: the summary, what the savings are made of, the return on cost."""

from collections.abc import Iterator

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
from tracking_pipeline.reports.telemetry.arithmetic import steps, unjudged, valued
from tracking_pipeline.reports.telemetry.deck_words import (
    base,
    drawn,
    figure,
    is_known,
    listed,
    number,
    ranges,
    shown,
    told,
    usd,
)
from tracking_pipeline.reports.telemetry.measures import MEASURES
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_advice import RECOMMENDATIONS
from tracking_pipeline.reports.telemetry.value import TeamValue, Window

_RESULTS = tuple(MEASURES[name].label for name in ("total_value_usd", "roi_multiplier"))
_N_RETURN = 5
"""The first steps of the reckoning lead to the return on cost."""

_FEWEST_WEEKS = 2
_ARITHMETIC = "The arithmetic"
_PROJECTED = "Cost saved, a year"


def summary(team: TeamReport, value: TeamValue) -> Slide:
    """Return what leads: cost saved, time saved, return on cost, commits."""
    worth = f"worth {usd(value.productivity_value_usd)}"
    return Slide(
        title=_finding(value),
        kicker="Executive summary",
        numbers=(
            number(value, "cost_saved_usd", f"{usd(value.annual_projection_usd)} projected a year"),
            number(value, "hours_saved", f"by {valued(value)}, {worth}"),
            number(value, "roi_multiplier", _against(team, value)),
            number(value, "commits", f"{shown(value, 'prs_merged')} pull requests merged"),
        ),
        panels=tuple(_summary_panels(team, value)),
        footnote="Time saved is what engineers recorded. "
        + ranges(team.assumed, ids.HOURLY_RATE, ids.EFFICIENCY, ids.TOKEN_PRICE),
        notes=tuple(point.plain for point in team.talking_points),
    )


def savings(team: TeamReport, value: TeamValue) -> Slide:
    """Return what the value is made of: time, tokens, and API calls where they have a price."""
    has_price = ids.CALL_PRICE in team.assumed
    calls = "api_calls_value_usd" if has_price else "api_calls_avoided"
    parts = {
        "Developer time": value.productivity_value_usd,
        "Token optimisation": value.cost_saved_usd,
        **({"API calls avoided": value.api_calls_value_usd} if has_price else {}),
    }
    amounts = Series("Value", tuple(parts.values()))
    chart = SlideChart("Where the value comes from, US dollars", tuple(parts), (amounts,), "usd")
    return Slide(
        title=_largest_part(value),
        kicker="Cost savings breakdown",
        numbers=(
            number(value, "productivity_value_usd", f"{shown(value, 'hours_saved')} of developers"),
            number(value, "cost_saved_usd", f"{shown(value, 'tokens_saved')} tokens saved"),
            number(value, calls, _calls(team, value)),
            number(value, "annual_projection_usd", "at the pace of this window", _PROJECTED),
        ),
        panels=(drawn(chart), Bullets("How each is valued", tuple(_valued(team, value)))),
        split=0.52,
        footnote="API calls avoided are no part of the value delivered, nor of the return on cost.",
    )


def returned(team: TeamReport, value: TeamValue) -> Slide:
    """Return the return on cost, each step with its numbers and what it assumes."""
    reckoned = steps(value, team.assumed)[:_N_RETURN]
    lines = tuple(
        Step(each.label, told(each.formula), told(each.result), is_result=each.label in _RESULTS)
        for each in reckoned
    )
    has_value = is_known(value, "total_value_usd")
    reckoning = Arithmetic(_ARITHMETIC, lines) if has_value else listed(_ARITHMETIC, ())
    mean = BigNumber(
        "Mean of each engineer's ROI",
        figure(value.mean_roi_multiplier, "multiple"),
        f"{valued(value)}, each alike" if value.mean_roi_multiplier is not None else "",
    )
    has_cost = value.engineers_valued > 0
    cost = BigNumber(
        "Cost of CORTEX",
        usd(value.valued_cost_usd if has_cost else None),
        f"{valued(value)}, {value.n_days} days" if has_cost else "",
    )
    return Slide(
        title=_assuming(team, value),
        kicker="ROI",
        numbers=(
            number(value, "roi_multiplier", _against(team, value)),
            mean,
            number(value, "total_value_usd", "cost saved + value of the time saved"),
            cost,
        ),
        panels=(reckoning,),
        footnote=ranges(
            *(team.assumed, ids.TOKEN_PRICE, ids.HOURLY_RATE, ids.EFFICIENCY, ids.MONTHLY_COST)
        ),
        notes=tuple(
            f"{each.label}: {each.formula} = {each.result}" for each in steps(value, team.assumed)
        ),
    )


def _finding(value: TeamValue) -> str:
    if not is_known(value, "total_value_usd"):
        return "What CORTEX delivered is not known: no data on its value"
    if not is_known(value, "roi_multiplier"):
        return f"CORTEX delivered {usd(value.total_value_usd)} of value; its ROI is not known"
    times = figure(value.roi_multiplier, "multiple")
    return (
        f"CORTEX delivered {usd(value.total_value_usd)} of value, {times} its cost{_partly(value)}"
    )


def _assuming(team: TeamReport, value: TeamValue) -> str:
    if value.roi_multiplier is None:
        return "The ROI is not known: no data on value or cost"
    times = figure(value.roi_multiplier, "multiple")
    hour = base(team.assumed, ids.HOURLY_RATE)
    return f"The ROI is {times}{_partly(value)}, with an hour of an engineer taken as {hour}"


def _largest_part(value: TeamValue) -> str:
    worth, total = value.productivity_value_usd, value.total_value_usd
    if not total:
        return "What was saved is not known: no data"
    if worth is None:
        return f"Tokens worth {usd(value.cost_saved_usd)} were saved; no data on time"
    share = figure(worth / total, "fraction")
    return f"Developer time is {share} of the value: {usd(worth)} of {usd(total)}"


def _partly(value: TeamValue) -> str:
    return f" for {valued(value)}" if value.engineers_valued < value.engineers else ""


def _against(team: TeamReport, value: TeamValue) -> str:
    """Return whom the return is of, when some are silent: a card has no room for both."""
    return team.basis or f"{usd(value.total_value_usd)} of value / {usd(value.valued_cost_usd)}"


def _engineers(value: TeamValue) -> str:
    return display.counted(value.engineers, "engineer")


def _summary_panels(team: TeamReport, value: TeamValue) -> Iterator[Panel]:
    told = [week for week in team.weeks if week.total_value_usd is not None]
    if len(told) >= _FEWEST_WEEKS:
        names = tuple(f"{week.start.day} {week.start:%b}" for week in team.weeks)
        series = Series("Value", tuple(week.total_value_usd for week in team.weeks))
        title = "Value delivered by week from Sunday, US dollars"
        yield SlideChart(title, names, (series,), "usd", "column")
    yield Bullets("In short", tuple(_in_short(team, value)))


def _in_short(team: TeamReport, value: TeamValue) -> Iterator[str]:
    silent = f"; {len(team.silent):,} known sent nothing" if team.silent else ""
    yield f"{value.active_engineers} of {_engineers(value)} ran CORTEX{silent}"
    covered = display.share(_covered(team.window))
    yield f"{covered} of the engineers' days have any daily figure"
    if is_known(value, "memory_hit_rate", "acceptance_rate"):
        hits, accepted = shown(value, "memory_hit_rate"), shown(value, "acceptance_rate")
        yield f"Memory hit rate {hits}, suggestions accepted {accepted}"
    if team.previous.team is not None:
        before = shown(team.previous.team, "total_value_usd")
        had = _covered(team.previous)
        partial = f", partial ({display.share(had)})" if had < _covered(team.window) else ""
        yield f"The window before{partial}: {before} of value delivered"
    if value.recommendation is not None:
        yield RECOMMENDATIONS[value.recommendation][1]
    elif why := unjudged(value):
        yield why


def _covered(window: Window) -> float:
    """Return the share of its engineers' days that have any daily row."""
    days = sum(each.n_days for each in window.engineers)
    return sum(each.dates_covered for each in window.engineers) / days if days else 0.0


def _calls(team: TeamReport, value: TeamValue) -> str:
    if ids.CALL_PRICE not in team.assumed:
        return "a count: nobody has stated a price"
    price = base(team.assumed, ids.CALL_PRICE)
    return f"{shown(value, 'api_calls_avoided')} calls at {price}"


def _valued(team: TeamReport, value: TeamValue) -> Iterator[str]:
    hour, share = (base(team.assumed, name) for name in (ids.HOURLY_RATE, ids.EFFICIENCY))
    yield f"Time: hours recorded as saved, at {hour} an hour, efficiency {share}"
    yield f"Tokens: at {base(team.assumed, ids.TOKEN_PRICE)} a thousand"
    if is_known(value, "api_calls_avoided"):
        yield f"API calls avoided: {_calls(team, value)}"
