"""How the value of a window was computed, each step with its numbers (figures.md, Telemetry)."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracking_pipeline.reports import display
from tracking_pipeline.reports.telemetry import assumptions as ids
from tracking_pipeline.reports.telemetry.assumptions import Assumed
from tracking_pipeline.reports.telemetry.exported import ExportedTotals
from tracking_pipeline.reports.telemetry.value import TeamValue, Value

_CALENDAR_MONTH = 30
_TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Step:
    """One figure: what it is called, how it is computed, what comes out."""

    label: str
    formula: str
    result: str


def steps(value: Value, assumed: Assumed) -> tuple[Step, ...]:
    """Return the way to the ROI, and to the other figures that assume something."""
    return (
        *_return(value, assumed),
        *_savings(value, assumed),
        *_work(value, assumed),
    )


def valued(team: TeamValue) -> str:
    """Return of how many engineers the savings, their value and the ROI are."""
    everyone = display.counted(team.engineers, "engineer")
    is_everyone = team.engineers_valued == team.engineers
    return everyone if is_everyone else f"{team.engineers_valued:,} of {everyone} with savings"


def unjudged(value: Value | ExportedTotals) -> str | None:
    """Return why a return that is known gets no verdict; None when it has one (figures.md)."""
    if value.roi_multiplier is None or value.recommendation is not None:
        return None
    told = "exports of" if isinstance(value, ExportedTotals) else "daily figures on"
    return f"No verdict on the ROI: it needs {told} 60 % of the dates"


def _return(value: Value, assumed: Assumed) -> Iterator[Step]:
    tokens, hours = _count(value.tokens_saved), _of(value.hours_saved, "h")
    saved, worth = _usd(value.cost_saved_usd), _usd(value.productivity_value_usd)
    team = value if isinstance(value, TeamValue) else None
    total = _usd(value.total_value_usd)
    cost = _usd(team.valued_cost_usd if team else value.assistant_cost_usd)
    price, rate = _assumed(assumed, ids.TOKEN_PRICE), _assumed(assumed, ids.HOURLY_RATE)
    month, efficiency = _assumed(assumed, ids.MONTHLY_COST), _assumed(assumed, ids.EFFICIENCY)
    heads = f"{valued(team)} {_TIMES} " if team else ""
    yield Step("Cost saved", f"{tokens} tokens / 1,000 {_TIMES} {price}", saved)
    worked = f"{hours} {_TIMES} {rate} {_TIMES} {efficiency} efficiency"
    yield Step("Value of the time saved", worked, worth)
    yield Step("Value delivered", f"{saved} + {worth}", total)
    yield Step(
        "Cost of CORTEX", f"{heads}{value.n_days} / {_CALENDAR_MONTH} {_TIMES} {month}", cost
    )
    yield Step("ROI", f"{total} / {cost}", _of(value.roi_multiplier, "multiple"))


def _savings(value: Value, assumed: Assumed) -> Iterator[Step]:
    saved = f"{_usd(value.cost_saved_usd)} / {value.n_days} days"
    for label, days, found in (
        ("Projection, a month", _CALENDAR_MONTH, value.monthly_projection_usd),
        ("Projection, a year", 365, value.annual_projection_usd),
    ):
        yield Step(label, f"{saved} {_TIMES} {days}", _usd(found))
    if ids.CALL_PRICE in assumed:
        calls, price = _count(value.api_calls_avoided), _assumed(assumed, ids.CALL_PRICE)
        worth = _usd(value.api_calls_value_usd)
        yield Step("API calls avoided", f"{calls} calls {_TIMES} {price}", worth)


def _work(value: Value, assumed: Assumed) -> Iterator[Step]:
    pace, baseline = _of(value.commits_per_day, "ratio"), _assumed(assumed, ids.BASELINE)
    gain = _of(value.productivity_gain_percent, "percent")
    formula = f"({pace} \N{MINUS SIGN} {baseline}) / {baseline}"
    yield Step("Commits against the baseline", formula, gain)


def quality(value: Value) -> Step:
    """Return how one engineer's quality score was computed; caps are of 30 days."""
    coverage = _of(value.avg_test_coverage, "score")
    scale = "" if value.n_days == _CALENDAR_MONTH else f" {_TIMES} 30 / {value.n_days}"
    bugs, reviews = (
        f"min({_count(found)}{scale}, {most}) {_TIMES} 2"
        for found, most in ((value.bugs_fixed, 20), (value.code_reviews, 10))
    )
    formula = f"{coverage} {_TIMES} 0.4 + {bugs} + {reviews}, at most 100"
    return Step("Quality score", formula, _of(value.quality_score, "score"))


def _assumed(assumed: Assumed, name: str) -> str:
    found = assumed.get(name)
    if found is None:
        return display.NO_DATA
    return f"{found.base:,g}" if found.unit != "usd" else _usd(found.base)


def _of(value: float | None, unit: str) -> str:
    return display.number(value, unit)


def _usd(value: float | None) -> str:
    return _of(value, "usd")


def _count(value: float | None) -> str:
    return _of(value, "count")
