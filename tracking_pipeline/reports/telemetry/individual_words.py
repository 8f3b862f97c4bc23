"""What an engineer's value comes to, in the seed's words."""

from collections.abc import Iterator
from typing import Final

from tracking_pipeline.reports.telemetry.team_advice import TalkingPoint
from tracking_pipeline.reports.telemetry.value import Advice, EngineerValue

RECOMMENDATIONS: Final[dict[Advice, str]] = {
    "excellent": "Excellent ROI - Continue CORTEX investment",
    "strong": "Strong ROI - Continue CORTEX investment",
    "positive": "Positive ROI - CORTEX delivering value",
    "low": "Low ROI - Monitor usage, consider increasing CORTEX utilization",
}
_NOTHING: Final = "no data"


def talking_points(value: EngineerValue) -> tuple[TalkingPoint, ...]:
    """Return the seed's six lines, without those whose figures are not known."""
    return tuple(point for point in _points(value) if _NOTHING not in point.words)


def improvement(value: EngineerValue) -> str:
    """Return the seed's summary of the assistant's memory, as far as it is known.

    The tokens are all that were saved: what context injections alone did to them is not measured.
    """
    sentences = (
        f"CORTEX memory hit rate: {_percent(value.memory_hit_rate)}.",
        f"Tokens saved: ~{_count(value.tokens_saved)}.",
        f"Suggestion acceptance rate: {_percent(value.acceptance_rate)}.",
    )
    return " ".join(each for each in sentences if _NOTHING not in each)


def _points(value: EngineerValue) -> Iterator[TalkingPoint]:
    days, hours = value.n_days, value.hours_saved
    saved, yearly = (_usd(each) for each in (value.cost_saved_usd, value.annual_projection_usd))
    words = f"{saved} saved in {days} days ({yearly}/year projected)"
    yield TalkingPoint("💰", "Cost Savings", words)
    daily = _said("{:.1f}", None if hours is None else hours / days)
    words = f"{_said('{:,.1f}', hours)} hours saved ({daily} hrs/day avg)"
    yield TalkingPoint("⏱️ ", "Time Savings", words)
    words = f"{_count(value.commits)} commits, {_count(value.prs_merged)} PRs merged"
    yield TalkingPoint("📈", "Productivity", words)
    coverage = _said("{:.1f}%", value.avg_test_coverage)
    words = f"{coverage} test coverage, {_count(value.bugs_fixed)} bugs fixed"
    yield TalkingPoint("✅", "Quality", words)
    hits, accepted = _percent(value.memory_hit_rate), _percent(value.acceptance_rate)
    words = f"{hits} memory hit rate, {accepted} suggestion acceptance"
    yield TalkingPoint("🚀", "Copilot Enhancement", words)
    words = f"{_said('{:,.1f}', value.roi_multiplier)}x return on investment"
    yield TalkingPoint("🏆", "ROI", words)


def _count(value: int | None) -> str:
    return _said("{:,}", value)


def _usd(value: float | None) -> str:
    return _said("${:,.2f}", value)


def _percent(value: float | None) -> str:
    return _said("{:.1%}", value)


def _said(pattern: str, value: float | None) -> str:
    return _NOTHING if value is None else pattern.format(value)
