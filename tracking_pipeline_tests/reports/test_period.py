"""Weeks, months and quarters as the calendar has them."""

from datetime import UTC, date, datetime

import pytest

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports import display
from tracking_pipeline.reports.period import Period, Rhythm, period_from, period_of

CASES: list[tuple[Rhythm, date, date, date, str]] = [
    ("week", date(2025, 8, 6), date(2025, 8, 3), date(2025, 8, 9), "3 – 9 August 2025"),  # noqa: RUF001 - en dash
    ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
    ("month", date(2025, 12, 31), date(2025, 12, 1), date(2025, 12, 31), "December 2025"),
    ("quarter", date(2025, 11, 12), date(2025, 10, 1), date(2025, 12, 31), "Q4 2025"),
    ("quarter", date(2024, 1, 1), date(2024, 1, 1), date(2024, 3, 31), "Q1 2024"),
]


@pytest.mark.parametrize(("rhythm", "day", "first", "last", "words"), CASES)
def test_a_day_lies_in_one_period(
    rhythm: Rhythm, day: date, first: date, last: date, words: str
) -> None:
    found = period_of(day, "UTC", rhythm)
    assert (found.start, found.end) == (first, last)
    assert found.n_days == (last - first).days + 1
    assert display.span(found) == words


def test_the_quarter_before_the_first_is_the_fourth_of_the_year_before() -> None:
    assert Period(date(2025, 1, 1), "UTC", "quarter").previous.start == date(2024, 10, 1)


def test_a_quarter_ends_at_midnight_of_its_zone() -> None:
    ends_at = Period(date(2025, 10, 1), "America/Toronto", "quarter").ends_at
    assert ends_at.astimezone(UTC) == datetime(2026, 1, 1, 5, tzinfo=UTC)


def test_a_quarter_begins_in_january_april_july_or_october() -> None:
    with pytest.raises(ReportError, match="first day of a quarter"):
        period_from(date(2025, 11, 1), "UTC", "quarter")
