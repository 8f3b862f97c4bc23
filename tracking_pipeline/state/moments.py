"""Instants as the state store and the tables keep them."""

from datetime import UTC, datetime


def naive_utc(moment: datetime) -> datetime:
    """Return an aware moment in UTC, without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)
