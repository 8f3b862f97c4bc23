"""What a report is about in time: a whole week or a whole month of the reporting zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from tracking_pipeline.errors import ReportError

Rhythm = Literal["week", "month"]

_LONGEST_MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Period:
    """Sunday to Saturday, or a calendar month; ``start`` is its first day."""

    start: date
    zone: str
    rhythm: Rhythm = "week"

    @property
    def next_start(self) -> date:
        """The first day of the period after it."""
        if self.rhythm == "week":
            return self.start + timedelta(days=7)
        return (self.start + _LONGEST_MONTH).replace(day=1)

    @property
    def end(self) -> date:
        """The last day."""
        return self.next_start - timedelta(days=1)

    @property
    def n_days(self) -> int:
        """How many days it has."""
        return (self.next_start - self.start).days

    @property
    def previous(self) -> "Period":
        """The period before it."""
        return period_of(self.start - timedelta(days=1), self.zone, self.rhythm)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.next_start, time(), ZoneInfo(self.zone))

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


def period_of(day: date, zone: str, rhythm: Rhythm) -> Period:
    """Return the week or month that holds ``day``."""
    if rhythm == "month":
        return Period(day.replace(day=1), zone, rhythm)
    return Period(day - timedelta(days=day.isoweekday() % 7), zone, rhythm)


def period_from(start: date, zone: str, rhythm: Rhythm) -> Period:
    """Return the period that begins on ``start``; ReportError when none does."""
    period = period_of(start, zone, rhythm)
    if period.start != start:
        first = "the Sunday of a week" if rhythm == "week" else "the first day of a month"
        fix = f"Ask for the {rhythm} of {period.start}"
        raise ReportError(str(start), f"is not {first}", fix)
    return period
