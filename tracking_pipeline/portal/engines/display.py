"""How the engines' figures read."""

from datetime import datetime, timedelta
from typing import Final

from tracking_pipeline.portal.engines.model import NoTrend, Trend
from tracking_pipeline.reports import display

TRENDS: Final[dict[Trend | NoTrend, tuple[str, str]]] = {
    "up": ("▲", "good"),
    "down": ("▼", "bad"),
    "stable": ("●", "even"),
    "no evidence": ("", "quiet"),
    "not enough data": ("", "quiet"),
}
"""The sign and the tone of each trend."""

_AGES: Final = ((86400, "day"), (3600, "h"), (60, "min"))


def signed(share: float | None) -> str:
    """Return a share as signed percent."""
    return display.NO_DATA if share is None else f"{share * 100:+z.1f} %".replace("-", "−")  # noqa: RUF001


def tone(share: float | None) -> str:
    """Return whether the share is good, bad or quiet."""
    if share is None or abs(share) < 0.0005:  # noqa: PLR2004 - shown as 0.0 %
        return "quiet"
    return "good" if share > 0 else "bad"


def age(since: datetime, now: datetime) -> str:
    """Return how long ago ``since`` was, in the largest whole unit."""
    elapsed = max(now - since, timedelta()).total_seconds()
    for seconds, name in _AGES:
        if elapsed >= seconds:
            count = int(elapsed // seconds)
            return f"{count} {name}{'s' if name == 'day' and count > 1 else ''} ago"
    return "just now"
