"""Instants as a user writes them."""

from datetime import UTC, datetime

import click


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or instant; without an offset it is read in the zone of the command."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant, aware when an offset is given."""
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no ISO date or instant such as 2025-07-06T09:00", param, ctx)


def in_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC, as which it is read when it has no offset."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
