"""How a value reads: one way to write each unit, date and piece of evidence."""

import re
from datetime import date, datetime
from typing import Final

from tracking_pipeline.analysis.quantity import interval, minus, quantity
from tracking_pipeline.reports.document import Tone
from tracking_pipeline.reports.model import Comparison, Figure
from tracking_pipeline.reports.period import Period

NO_DATA: Final = "—"
TONES: Final[dict[str, Tone]] = {
    "improving": "good",
    "declining": "bad",
    "excellent": "good",
    "good": "good",
    "needs_attention": "warning",
    "critical": "bad",
    "warning": "warning",
    "HIGH": "bad",
    "MEDIUM": "warning",
}
"""The colour of a verdict, a status, a severity or a priority; any other is neutral."""

_AI = re.compile(r"\bai\b", re.IGNORECASE)
_REASONS = {"no_evidence": "no evidence", "not_enough_data": "not enough data"}


def number(value: float | None, unit: str) -> str:
    """Return ``value`` in its unit (a fraction as %); a missing one is an em dash."""
    return quantity(value, unit, missing=NO_DATA)


def share(value: float | None) -> str:
    """Return a fraction as whole percent."""
    return NO_DATA if value is None else f"{value * 100:.0f} %"


def change(figure: Figure) -> str:
    """Return the signed change against the week before: of a share in points, else in percent."""
    value, previous = figure.value, figure.previous_value
    if value is None or previous is None:
        return NO_DATA
    if figure.definition.unit == "fraction":
        text = f"{(value - previous) * 100:+z.1f} points"
    elif figure.change_pct is None:
        return NO_DATA
    else:
        text = f"{figure.change_pct:+z.1f} %"
    return minus(text)


def verdict(comparison: Comparison | None) -> str:
    """Return what the tests support, or why they support nothing.

    A supported change of a metric that is neither good nor bad has no direction: it is changing.
    """
    if comparison is None:
        return "not enough data"
    if comparison.method is None:
        return "not tested"
    if comparison.reason is not None:
        return _REASONS[comparison.reason]
    return comparison.direction or "changing"


def evidence(
    method: str | None,
    p_value: float | None,
    ci_low: float | None,
    ci_high: float | None,
    unit: str = "",
) -> str:
    """Return method, p and interval, as far as they are known, on one line."""
    parts = [method.replace("_", " ")] if method else []
    if p_value is not None:
        parts.append("p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}")  # noqa: PLR2004 - convention
    if ci_low is not None and ci_high is not None:
        parts.append(f"95 % interval {interval(ci_low, ci_high, unit)}")
    return ", ".join(parts)


def day(value: date) -> str:
    """Return a date as 3 August 2025."""
    return f"{value.day} {value:%B %Y}"


def span(period: Period) -> str:
    """Return the period in words, its year once; a month by its name, a quarter by its number."""
    start, end = period.start, period.end
    if period.rhythm == "quarter":
        return f"Q{end.month // 3} {end.year}"
    if period.rhythm == "month":
        return f"{start:%B %Y}"
    return dates(start, end)


def dates(start: date, end: date) -> str:
    """Return the dates from one to the other in words, month and year once."""
    if start.year != end.year:
        return f"{day(start)} – {day(end)}"  # noqa: RUF001 - en dash between dates
    first = f"{start.day}" if start.month == end.month else f"{start.day} {start:%B}"
    return f"{first} – {day(end)}"  # noqa: RUF001 - en dash between dates


def instant(value: datetime) -> str:
    """Return an instant as 2025-08-03 09:00 UTC."""
    return f"{value:%Y-%m-%d %H:%M} UTC"


def title(identifier: str) -> str:
    """Return an identifier as words, its first letter capital."""
    words = identifier.replace("_", " ").strip()
    return _AI.sub("AI", words[:1].upper() + words[1:])


def counted(n: int, noun: str) -> str:
    """Return how many there are: "1 client", "14 engines"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
