"""How a value reads: one wording for each unit of the catalogue."""

from math import floor, log10
from typing import Final

_PATTERNS: Final = {
    "fraction": ("{:z.1f} %", 100.0),
    "percent": ("{:z.1f} %", 1.0),
    "%": ("{:z,.1f} %", 1.0),
    "score": ("{:z.1f}", 1.0),
    "ms": ("{:z,.0f} ms", 1.0),
    "s": ("{:z,.2f} s", 1.0),
    "min": ("{:z,.1f} min", 1.0),
    "h": ("{:z,.1f} h", 1.0),
    "days": ("{:z,.1f} days", 1.0),
    "usd": ("${:z,.2f}", 1.0),
    "count": ("{:z,.0f}", 1.0),
    "records": ("{:z,.0f} records", 1.0),
    "ratio": ("{:z,.2f}", 1.0),
    "points": ("{:z,.1f} points", 1.0),
    "multiple": ("{:z,.1f}\N{MULTIPLICATION SIGN}", 1.0),
    "per_hour": ("{:z,.1f} per hour", 1.0),
    "per_day": ("{:z,.0f} per day", 1.0),
}
_FINER: Final = {
    "fraction": (0.01, "{:z.2f} %"),
    "usd": (0.1, "${:z,.4f}"),
    "count": (100, "{:z,.1f}"),
    "per_day": (100, "{:z,.1f} per day"),
}
"""How values below a limit read that are not whole; the mean of a count is none."""


def quantity(value: float | None, unit: str, *, missing: str = "no data") -> str:
    """Return ``value`` in its unit (a fraction as %), or what is said when there is none."""
    if value is None:
        return missing
    pattern, scale = _PATTERNS.get(unit, ("{:z,.2f} " + unit.replace("_", " "), 1.0))
    limit, finer = _FINER.get(unit, (0.0, pattern))
    is_fine = abs(value) < limit and not float(value).is_integer()
    text = (finer if is_fine else pattern).format(value * scale)
    if unit == "usd" and is_fine:
        text = text.removesuffix("00")
    return minus(text).strip()


def minus(text: str) -> str:
    """Return a written number with the sign of minus, which goes before a currency."""
    return text.replace("$-", "-$").replace("-", "−")  # noqa: RUF001 - minus


def interval(low: float, high: float, unit: str = "") -> str:
    """Return a signed interval in plain digits, a difference of fractions in points.

    Three digits of the larger bound count, those before the point always stand.
    """
    scale, words = (100.0, " points") if unit == "fraction" else (1.0, "")
    largest = max(abs(low), abs(high)) * scale
    decimals = max(0, 2 - floor(log10(largest))) if largest else 0
    bounds = (f"{bound * scale:+z,.{decimals}f}" for bound in (low, high))
    return minus(" to ".join(bounds) + words)
