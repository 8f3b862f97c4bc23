"""Where a person's clock stood: offsets, the UTC moment beside it, declared zones, DST."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from tracking_pipeline_tests.sources.intake_case import NEVER_BULK
from tracking_pipeline_tests.sources.telemetry_case import ADA, SOURCE, own, take

DEMO = Path(__file__).parents[2] / "tracking_pipeline/demo/telemetry/databases"
NEW_YORK, LONDON = "America/New_York", "Europe/London"


def execution(timestamp: str, created_at: str | None = None, email: str = ADA) -> bytes:
    record = {
        "kind": "capability_execution",
        "engineer_email": email,
        "capability": "code_review",
        "duration_ms": 5,
        "success": True,
        "timestamp": timestamp,
    }
    beside = {} if created_at is None else {"created_at": created_at}
    return json.dumps(record | beside).encode() + b"\n"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])
@pytest.mark.parametrize(
    ("timestamp", "created_at", "expected"),
    [
        # The clock's own offset goes first.
        ("2025-10-06T10:00:00+02:00", None, ("2025-10-06 08:00", 120, "offset")),
        ("2025-10-06T10:00:00Z", "2025-10-06 08:00:00", ("2025-10-06 10:00", 0, "offset")),
        ("2025-10-06T10:00:00-0430", None, ("2025-10-06 14:30", -270, "offset")),
        # Then the moment in UTC beside it, some seconds later.
        ("2025-10-06T10:00:00", "2025-10-06 14:00:04", ("2025-10-06 14:00", -240, "created_at")),
        ("2025-10-06T10:00:00", "2025-10-06 04:15:00", ("2025-10-06 04:15", 345, "created_at")),
        ("2025-10-06T10:00:00", "2025-10-06T14:07:00Z", ("2025-10-06 14:00", -240, "created_at")),
        # New York, 2 November 2025: 01:30 passes twice.
        ("2025-11-02T01:30:00", "2025-11-02 05:30:01", ("2025-11-02 05:30", -240, "created_at")),
        ("2025-11-02T01:30:00", "2025-11-02 06:30:01", ("2025-11-02 06:30", -300, "created_at")),
        # New York, 9 March 2025: 02:30 is on no clock that was set.
        ("2025-03-09T02:30:00", "2025-03-09 07:30:01", ("2025-03-09 07:30", -300, "created_at")),
        # Written months later, or not at all: the declared zone.
        ("2025-07-01T12:00:00", "2025-09-01 08:00:00", ("2025-07-01 16:00", -240, "declared")),
        ("2025-07-01T12:00:00", "soon", ("2025-07-01 16:00", -240, "declared")),
        ("2025-12-01T12:00:00", None, ("2025-12-01 17:00", -300, "declared")),
        # Nothing tells the passes of a repeated hour apart; the missing hour is the next one.
        ("2025-11-02T01:30:00", None, ("2025-11-02 06:30", -300, "declared")),
        ("2025-03-09T02:30:00", None, ("2025-03-09 07:30", -300, "declared")),
    ],
)
def test_a_clock_is_placed_in_utc(
    tmp_path: Path,
    timestamp: str,
    created_at: str | None,
    expected: tuple[str, int, str],
    bulk_bytes: int,
) -> None:
    lines = execution(timestamp, created_at) * 300
    outcome = take(tmp_path, lines, engineer_timezones={ADA: NEW_YORK}, bulk_bytes=bulk_bytes)
    columns = ("observed_at", "utc_offset_minutes", "zone_basis", "local_at")
    at, offset, basis = expected
    placed = (utc(at), offset, basis, utc(timestamp).replace(tzinfo=None))
    rows = outcome.all("capability_execution")
    assert [own(row, *columns) for row in rows] == [placed] * 300


def test_an_undeclared_person_has_the_zone_of_the_source(tmp_path: Path) -> None:
    outcome = take(
        tmp_path,
        execution("2025-07-01T12:00:00", email="bo@company.example"),
        timezone="Asia/Kolkata",
        engineer_timezones={ADA: NEW_YORK},
    )
    row = outcome.one("capability_execution")
    assert own(row, "observed_at", "utc_offset_minutes", "zone_basis") == (
        utc("2025-07-01 06:30"), 330, "default"
    )  # fmt: skip


def test_the_address_of_a_declared_zone_may_be_spelled_otherwise(tmp_path: Path) -> None:
    outcome = take(
        tmp_path,
        execution("2025-07-01T12:00:00", email=f" {ADA.upper()} "),
        engineer_timezones={"Ada@Company.Example": NEW_YORK},
    )
    assert outcome.one("capability_execution")["observed_at"] == utc("2025-07-01 16:00")


def test_both_passes_of_a_repeated_hour_are_records_and_a_basis_is_none(tmp_path: Path) -> None:
    kind = SOURCE.by_name["capability_execution"]
    lines = execution("2025-11-02T01:30:00", "2025-11-02 05:30:01")
    lines += execution("2025-11-02T01:30:00", "2025-11-02 06:30:01")
    lines += execution("2025-11-02T01:30:00-05:00")
    rows = take(tmp_path, lines).all(kind.name)
    assert [row["zone_basis"] for row in rows] == ["created_at", "created_at", "offset"]
    first, second, again = (row["record_id"] for row in rows)
    assert first != second == again


@pytest.mark.parametrize(
    ("zone", "n_records"), [(NEW_YORK, None), ("America/Halifax", 1), ("UTC", 1)]
)
def test_a_declared_zone_that_the_moments_contradict_is_a_finding(
    tmp_path: Path, zone: str, n_records: int | None
) -> None:
    lines = execution("2025-10-06T10:00:00", "2025-10-06 14:00:04")
    lines += execution("2025-10-06T10:00:00")
    outcome = take(tmp_path, lines, engineer_timezones={ADA: zone})
    assert outcome.rows("select kind, finding, field, n_records from parsed_findings") == (
        []
        if n_records is None
        else [("capability_execution", "timezone_mismatch", "timestamp", n_records)]
    )


@pytest.mark.parametrize(
    ("name", "zone", "changed_on", "before", "after"),
    [
        ("emily.davis", LONDON, date(2025, 10, 26), 60, 0),
        ("john.smith", NEW_YORK, date(2025, 11, 2), -240, -300),
    ],
)
def test_the_clocks_of_the_example_databases_follow_their_zones(  # noqa: PLR0913 - a case
    tmp_path: Path, *, name: str, zone: str, changed_on: date, before: int, after: int
) -> None:
    file = DEMO / f"{name.partition('.')[0]}-performance_telemetry.db"
    zones = {f"{name}@company.example": zone}
    outcome = take(tmp_path, file.read_bytes(), name="t.db", engineer_timezones=zones)
    rows = outcome.all("capability_execution")
    offsets = {True: set[int](), False: set[int]()}
    for row in rows:
        offsets[row["local_at"].date() < changed_on].add(row["utc_offset_minutes"])
    assert offsets == {True: {before}, False: {after}}
    assert {row["zone_basis"] for row in rows} == {"created_at"}
    assert outcome.rows("from parsed_findings") == []


def day(metric_date: str) -> bytes:
    record = {"kind": "productivity_day", "engineer_email": ADA, "metric_date": metric_date}
    return json.dumps(record).encode() + b"\n"


def test_a_day_stands_at_its_noon_and_is_no_future_once_it_began_somewhere(tmp_path: Path) -> None:
    # Received on 1 January 2026, 00:00 UTC: the Line Islands have had that day for 14 hours.
    days = ["2025-10-06", "2026-01-01", "2026-01-02", "2025-02-30", "soon"]
    outcome = take(tmp_path, b"".join(map(day, days)))
    rows = outcome.all("productivity_day")
    assert [own(row, "observed_at", "metric_date", "written_at") for row in rows] == [
        (utc("2025-10-06 12:00"), date(2025, 10, 6), None),
        (utc("2026-01-01 12:00"), date(2026, 1, 1), None),
    ]
    assert [code for *_, code in outcome.rejected()] == ["future_timestamp", "bad_date", "bad_date"]
