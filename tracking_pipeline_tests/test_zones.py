"""One set of rules: what Python says of a clock is what the warehouse engine says."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.doctor import examine
from tracking_pipeline.errors import SettingsError
from tracking_pipeline.reports.period import Period
from tracking_pipeline.settings import load_settings
from tracking_pipeline.zones import contradiction, is_known, zone
from tracking_pipeline_tests.other_rules import vancouver_like_kathmandu

PLACES = (
    *("America/Vancouver", "America/Edmonton", "Africa/Casablanca", "America/Havana"),
    *("Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Europe/Dublin"),
)
HOURS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(1500)]


@pytest.fixture
def other_rules(tmp_path: Path) -> Iterator[None]:
    with vancouver_like_kathmandu(tmp_path):
        yield


@pytest.mark.parametrize("name", PLACES)
def test_a_clock_shows_what_the_engine_says_and_back(name: str) -> None:
    place = zone(name)
    query = "select timezone($zone, timezone('UTC', unnest($hours::timestamp[])))"
    naive = [hour.replace(tzinfo=None) for hour in HOURS]
    shown = duckdb.execute(query, {"zone": name, "hours": naive}).fetchall()
    local = [hour.astimezone(place) for hour in HOURS]
    assert [moment.replace(tzinfo=None, fold=0) for moment in local] == [row[0] for row in shown]
    assert [moment.astimezone(UTC) for moment in local] == HOURS


@pytest.mark.usefixtures("other_rules")
def test_the_rules_of_this_computer_decide_nothing() -> None:
    own = datetime(2025, 7, 1, 12, tzinfo=UTC).astimezone(zoneinfo.ZoneInfo("America/Vancouver"))
    assert own.hour == 17
    ends_at = Period(date(2025, 6, 29), "America/Vancouver").ends_at
    assert ends_at.astimezone(UTC) == datetime(2025, 7, 6, 7, tzinfo=UTC)


@pytest.mark.usefixtures("other_rules")
def test_the_doctor_names_a_zone_of_which_two_rules_are_known(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home", engineer_timezones={"a@x.example": PLACES[0]})
    finding = next(each for each in examine(settings) if each.subject == "time zones")
    assert not finding.is_well
    assert "America/Vancouver from " in finding.state
    assert "update the older" in finding.fix


def test_places_where_nothing_changed_do_not_contradict() -> None:
    assert contradiction("America/Toronto", datetime(2024, 1, 1, tzinfo=UTC), 700) is None


def test_a_repeated_midnight_begins_its_day_with_its_first_pass() -> None:
    """Havana went back from 01:00 to 00:00 on Sunday, November 2, 2025: the day has 25 hours."""
    ends_at = Period(date(2025, 10, 26), "America/Havana").ends_at
    assert ends_at.astimezone(UTC) == datetime(2025, 11, 2, 4, tzinfo=UTC)


def test_a_skipped_midnight_begins_its_day_with_the_instant_after_it() -> None:
    """Havana went from 24:00 to 01:00 on Sunday, March 9, 2025, at 05:00 UTC."""
    ends_at = Period(date(2025, 3, 2), "America/Havana").ends_at
    assert ends_at.astimezone(UTC) == datetime(2025, 3, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    [
        *("localtime", "posix/America/Toronto", "right/UTC", "Factory", "posixrules"),
        *("america/toronto", "EST4", "PST", "Mars/Olympus", "", "../etc/passwd", "A\0B"),
    ],
)
def test_what_is_no_place_is_refused_wherever_a_zone_is_set(name: str, tmp_path: Path) -> None:
    assert not is_known(name)
    for setting in (
        {"timezone": name},
        {"source_timezones": {"uptime": name}},
        {"engineer_timezones": {"a@x.example": name}},
    ):
        with pytest.raises(SettingsError, match="not an IANA time zone"):
            load_settings(home=tmp_path, **setting)
    with pytest.raises(SettingsError, match="is no time zone"):
        zone(name)
