"""How a value reads: one wording for each unit of the catalogue."""

from math import floor, log10
from typing import Final

_PATTERNS: Final = {
    "fraction": ("{:.1f} %", 100.0),
    "percent": ("{:.1f} %", 1.0),
    "%": ("{:,.1f} %", 1.0),
    "score": ("{:.1f}", 1.0),
    "ms": ("{:,.0f} ms", 1.0),
    "s": ("{:,.2f} s", 1.0),
    "min": ("{:,.1f} min", 1.0),
    "h": ("{:,.1f} h", 1.0),
    "days": ("{:,.1f} days", 1.0),
    "usd": ("${:,.2f}", 1.0),
    "count": ("{:,.0f}", 1.0),
    "records": ("{:,.0f} records", 1.0),
    "ratio": ("{:,.2f}", 1.0),
    "points": ("{:,.1f} points", 1.0),
    "multiple": ("{:,.1f}\N{MULTIPLICATION SIGN}", 1.0),
    "per_hour": ("{:,.1f} per hour", 1.0),
    "per_day": ("{:,.0f} per day", 1.0),
}
_FINER: Final = {
    "fraction": (0.01, "{:.2f} %"),
    "usd": (0.1, "${:,.4f}"),
    "count": (100, "{:,.1f}"),
}
"""How values below a limit read that are not whole; the mean of a count is none."""


def quantity(value: float | None, unit: str, *, missing: str = "no data") -> str:
    """Return ``value`` in its unit (a fraction as %), or what is said when there is none."""
    if value is None:
        return missing
    pattern, scale = _PATTERNS.get(unit, ("{:,.2f} " + unit.replace("_", " "), 1.0))
    limit, finer = _FINER.get(unit, (0.0, pattern))
    is_fine = abs(value) < limit and not float(value).is_integer()
    text = (finer if is_fine else pattern).format(value * scale)
    return text.replace("-", "−").strip()  # noqa: RUF001 - minus


def interval(low: float, high: float, unit: str = "") -> str:
    """Return a signed interval in plain digits, a difference of fractions in points.

    Three digits of the larger bound count, those before the point always stand.
    """
    scale, words = (100.0, " points") if unit == "fraction" else (1.0, "")
    largest = max(abs(low), abs(high)) * scale
    decimals = max(0, 2 - floor(log10(largest))) if largest else 0
    bounds = (f"{bound * scale:+,.{decimals}f}" for bound in (low, high))
    return (" to ".join(bounds) + words).replace("-", "−")  # noqa: RUF001 - minus
