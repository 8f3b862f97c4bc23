"""The one clock of the jobs."""

from datetime import UTC, datetime


def now_utc() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)
