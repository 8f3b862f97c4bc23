"""Instants as a user writes them."""

from datetime import UTC, datetime, timedelta

import click

from tracking_pipeline.sources.times import is_offset


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or instant; without an offset it is read in the zone of the command."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant, aware when an offset is given."""
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no ISO date or instant such as 2025-07-06T09:00", param, ctx)
        if not is_offset(moment.utcoffset() or timedelta()):
            self.fail(f"{value!r}: an offset lies between -12:00 and +14:00", param, ctx)
        return moment


def in_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC, as which it is read when it has no offset."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
