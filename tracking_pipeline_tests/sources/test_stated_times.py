"""When refused records say that they happened."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tracking_pipeline.sources.record import Source
from tracking_pipeline.sources.telemetry.source import SOURCE as TELEMETRY
from tracking_pipeline.sources.uptime import SOURCE as UPTIME
from tracking_pipeline_tests.sources.intake_case import SOURCE, campaign, deliver, line

AT = "2025-08-01T17:45:36.473189"
# Naive times of the logs are of Toronto, four hours behind UTC in August.
IN_UTC = datetime(2025, 8, 1, 21, 45, 36, 473189)  # noqa: DTZ001 - UTC, as the tables keep it

TABLE = "slug,status,lastUpdated\nacme,sleepy,2025-08-25T03:11:15-04:00\n"
OF_TABLE = datetime(2025, 8, 25, 7, 11, 15)  # noqa: DTZ001 - likewise


@pytest.mark.parametrize(
    ("source", "name", "content", "expected"),
    [
        # A missing field, a wrong value, an unknown kind, a line that was cut off.
        (SOURCE, "a.jsonl", line(campaign(timestamp=AT, session_id=None)), IN_UTC),
        (
            SOURCE,
            "a.jsonl",
            line(campaign(timestamp=AT, generation_output__fallback_used=7)),
            IN_UTC,
        ),
        (SOURCE, "a.jsonl", line(campaign(timestamp=AT, log_type="strange")), IN_UTC),
        (SOURCE, "a.jsonl", line(campaign(timestamp=AT))[:-30] + b"\n", IN_UTC),
        (SOURCE, "a.json", json.dumps([campaign(timestamp=AT, session_id=3)]).encode(), IN_UTC),
        (UPTIME, "history.csv", TABLE.encode(), OF_TABLE),
        # What cannot be a time of it, and what says none.
        (SOURCE, "a.jsonl", line(campaign(timestamp="2999-01-01T00:00:00")), None),
        (SOURCE, "a.jsonl", line(campaign(timestamp="0025-01-01T00:00:00")), None),
        (SOURCE, "a.jsonl", line(campaign(timestamp="soon")), None),
        (SOURCE, "a.jsonl", b'{"log_type": \n', None),
    ],
)
def test_a_refused_record_keeps_its_own_time_where_one_can_be_read(
    tmp_path: Path, source: Source, name: str, content: bytes, expected: datetime | None
) -> None:
    outcome = deliver(tmp_path, content, source=source, name=name)
    assert outcome.rows("select observed_at from rejected") == [(expected,)]


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        # On Kiritimati the 1st begins fourteen hours earlier than in UTC, the telemetry's own zone.
        ({"engineer_email": " Ada@Company.example "}, datetime(2025, 7, 31, 21, 45)),  # noqa: DTZ001
        ({"engineer_email": "bob@company.example"}, datetime(2025, 8, 1, 11, 45)),  # noqa: DTZ001
        # The time beside it in UTC tells the zone, whatever is declared.
        (
            {"engineer_email": "ada@company.example", "created_at": "2025-08-01 15:45:02"},
            datetime(2025, 8, 1, 15, 45),  # noqa: DTZ001
        ),
    ],
)
def test_a_refused_time_is_of_its_persons_clock_like_an_accepted_one(
    tmp_path: Path, beside: dict[str, str], expected: datetime
) -> None:
    record = {"kind": "capability_execution", "timestamp": "2025-08-01T11:45:00", **beside}
    accepted = record | {"capability": "review", "duration_ms": 5, "success": True}
    outcome = deliver(
        tmp_path,
        line(accepted) + line(accepted | {"capability": ""}),
        source=TELEMETRY,
        name="a.jsonl",
        timezone="UTC",
        engineer_timezones={"ada@company.example": "Pacific/Kiritimati"},
    )
    assert outcome.rows("select observed_at from parsed_capability_execution") == [(expected,)]
    assert outcome.rows("select observed_at from rejected") == [(expected,)]
