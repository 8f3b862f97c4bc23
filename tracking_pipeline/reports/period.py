"""What a report is about in time: a whole week, month or quarter of the reporting zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from tracking_pipeline.errors import ReportError
from tracking_pipeline.zones import zone as zone_of

Rhythm = Literal["week", "month", "quarter"]

_MONTHS: Final = {"month": 1, "quarter": 3}
_YEAR: Final = 12


@dataclass(frozen=True)
class Period:
    """Sunday to Saturday, or a calendar month or quarter; ``start`` is its first day."""

    start: date
    zone: str
    rhythm: Rhythm = "week"

    @property
    def next_start(self) -> date:
        """The first day of the period after it."""
        if self.rhythm == "week":
            return self.start + timedelta(days=7)
        years, month = divmod(self.start.month - 1 + _MONTHS[self.rhythm], _YEAR)
        return date(self.start.year + years, month + 1, 1)

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
        return datetime.combine(self.next_start, time(), zone_of(self.zone))

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


def period_of(day: date, zone: str, rhythm: Rhythm) -> Period:
    """Return the week, month or quarter that holds ``day``."""
    if rhythm == "week":
        return Period(day - timedelta(days=day.isoweekday() % 7), zone, rhythm)
    first = day.month - (day.month - 1) % _MONTHS[rhythm]
    return Period(day.replace(month=first, day=1), zone, rhythm)


def period_from(start: date, zone: str, rhythm: Rhythm) -> Period:
    """Return the period that begins on ``start``; ReportError when none does."""
    period = period_of(start, zone, rhythm)
    if period.start != start:
        first = "the Sunday of a week" if rhythm == "week" else f"the first day of a {rhythm}"
        fix = f"Ask for the {rhythm} of {period.start}"
        raise ReportError(str(start), f"is not {first}", fix)
    return period
