"""The figures of a window's value: how each is called, in which unit, how exact."""

from dataclasses import dataclass
from typing import Final

from tracking_pipeline.reports import display
from tracking_pipeline.reports.telemetry.value import Value


@dataclass(frozen=True)
class Measure:
    """A figure of `Value`, by the name of its field."""

    name: str
    label: str
    unit: str

    def of(self, value: Value | None) -> float | None:
        """Return the figure; None without data."""
        found: float | None = None if value is None else getattr(value, self.name)
        return found

    def shown(self, value: Value | None) -> str:
        """Return the figure in its unit; a missing one is an em dash."""
        return display.number(self.of(value), self.unit)


MEASURES: Final = {
    measure.name: measure
    for measure in (
        Measure("cost_saved_usd", "Cost saved", "usd"),
        Measure("hours_saved", "Time saved", "h"),
        Measure("roi_multiplier", "ROI", "multiple"),
        Measure("commits_per_day", "Commits a day", "ratio"),
        Measure("quality_score", "Quality score", "score"),
        Measure("memory_hit_rate", "Memory hit rate", "fraction"),
        Measure("productivity_gain_percent", "Commits against the baseline", "percent"),
        Measure("executions", "Executions", "count"),
        Measure("success_rate", "Successful executions", "fraction"),
        Measure("mean_latency_ms", "Mean latency", "ms"),
        Measure("tokens_saved", "Tokens saved", "count"),
        Measure("api_calls_avoided", "API calls avoided", "count"),
        Measure("api_calls_value_usd", "Value of the API calls avoided", "usd"),
        Measure("daily_average_usd", "Cost saved a day", "usd"),
        Measure("monthly_projection_usd", "Cost saved, projected to 30 days", "usd"),
        Measure("annual_projection_usd", "Cost saved, projected to 365 days", "usd"),
        Measure("productivity_value_usd", "Value of the time saved", "usd"),
        Measure("total_value_usd", "Value delivered", "usd"),
        Measure("assistant_cost_usd", "Cost of CORTEX", "usd"),
        Measure("commits", "Commits", "count"),
        Measure("prs_created", "Pull requests created", "count"),
        Measure("prs_merged", "Pull requests merged", "count"),
        Measure("lines_added", "Lines added", "count"),
        Measure("lines_deleted", "Lines deleted", "count"),
        Measure("avg_test_coverage", "Test coverage", "percent"),
        Measure("coverage_improvement", "Test coverage against as many days before", "points"),
        Measure("bugs_fixed", "Bugs fixed", "count"),
        Measure("code_reviews", "Code reviews", "count"),
        Measure("memory_hits", "Memory hits", "count"),
        Measure("memory_misses", "Memory misses", "count"),
        Measure("context_injections", "Context injections", "count"),
        Measure("avg_context_tokens", "Mean context size, tokens", "count"),
        Measure("suggestions_accepted", "Suggestions accepted", "count"),
        Measure("suggestions_rejected", "Suggestions rejected", "count"),
        Measure("acceptance_rate", "Suggestions accepted, share", "fraction"),
    )
}
"""Every figure that engineers and teams share, by name, in the order of a report."""

OF_SAVINGS: Final = frozenset(
    {
        *("cost_saved_usd", "hours_saved", "roi_multiplier", "tokens_saved", "api_calls_avoided"),
        *("api_calls_value_usd", "daily_average_usd", "monthly_projection_usd"),
        *("annual_projection_usd", "productivity_value_usd", "total_value_usd"),
    }
)
"""Those of a team that rest on the engineers whose savings are known."""

LEADING: Final = (
    "cost_saved_usd",
    "hours_saved",
    "roi_multiplier",
    "commits_per_day",
    "quality_score",
    "memory_hit_rate",
)
"""What a report of value shows first."""


def rounded(value: float | None, digits: int) -> float | None:
    """Return the figure as the seed writes it: whole when it has no digits; None stays None."""
    if value is None:
        return None
    return round(value, digits) if digits else round(value)
