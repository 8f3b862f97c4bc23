"""A number, date or time that nothing real has is refused alone, and its bound is named."""

import json
from datetime import date
from pathlib import Path

import pytest

from tracking_pipeline.sources.record import Field, RecordKind, Source
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline_tests.sources.intake_case import NEVER_BULK, deliver, line
from tracking_pipeline_tests.sources.smallest import (
    file_of,
    highest,
    kinds,
    numeric,
    put,
    smallest,
    typical,
)

DAY = date(2025, 11, 3)
EVERY_KIND = pytest.mark.parametrize(("source", "kind"), kinds(SOURCES), ids=lambda each: each.name)
BULK = pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])


def beyond(field: Field) -> list[float]:
    """Numbers that the field may not hold."""
    low, high = field.bounds
    near = [low - high, 2 * high]
    return [int(each) for each in near] if field.type == "BIGINT" else [*near, 1.7e308]


@EVERY_KIND
def test_every_number_has_bounds_that_a_refusal_names(
    tmp_path: Path, source: Source, kind: RecordKind
) -> None:
    numbers = (None, typical, highest)
    right = [smallest(kind, DAY, f"right-{n}", number) for n, number in enumerate(numbers)]
    wrong = {
        f"wrong-{number}-{field.column}": (field, value)
        for field in numeric(kind)
        for number, value in enumerate(beyond(field))
    }
    records = [*right]
    for name, (field, value) in wrong.items():
        records.append(smallest(kind, DAY, name, typical))
        put(records[-1], field.paths[0], value)
    outcome = deliver(tmp_path, b"".join(map(line, records)), source=source, name=file_of(kind))
    assert outcome.fates()["parsed"] == len(right), outcome.rows("select reason from rejected")
    reasons = outcome.rows("select reason from rejected order by line_number")
    for (reason,), (field, value) in zip(reasons, wrong.values(), strict=True):
        low, high = (int(bound) for bound in field.bounds)
        assert reason == f"{field.paths[0]} is {value}, expected {low:,} to {high:,}"


@BULK
@pytest.mark.parametrize("value", ["1000000000001", "-1e13", "1.7976931348623157e308"])
def test_a_metric_beyond_its_bounds_refuses_its_observation_alone(
    tmp_path: Path, value: str, bulk_bytes: int
) -> None:
    source = SOURCES["engine_metrics"]
    kind = source.by_name["engine_observation"]
    right = [smallest(kind, DAY, f"client-{number}") for number in range(300)]
    wrong = line(smallest(kind, DAY)).replace(b"0.2", value.encode())
    content = b"".join(map(line, right)) + wrong
    outcome = deliver(tmp_path, content, source=source, name="a.jsonl", bulk_bytes=bulk_bytes)
    shown = json.dumps(json.loads(value))
    assert outcome.rows("select line_number, reason from rejected") == [
        (
            301,
            f"metrics.meeting_booking_rate is {shown}, expected {WIDEST}",
        )
    ]
    assert outcome.fates()["parsed"] == 300


WIDEST = "-1,000,000,000,000 to 1,000,000,000,000"
DATES = [
    ("client", {"pilot_start_date": "2035-12-31"}, None),
    ("client", {"pilot_start_date": "2099-01-01"}, "expected none more than ten years ahead"),
    ("client", {"pilot_start_date": "0025-11-01"}, "expected none before the year 2000"),
    ("client", {"pilot_start_date": "2025-11-01", "pilot_end_date": "2025-11-01"}, None),
    (
        "client",
        {"pilot_start_date": "2025-11-02", "pilot_end_date": "2025-11-01"},
        "expected no date before its pilot_start_date",
    ),
    ("client_goal", {"due_date": "2027-01-01"}, None),
    ("client_goal", {"due_date": "2099-01-01"}, "expected none more than ten years ahead"),
    (
        "client_goal",
        {"start_date": "2025-11-02", "due_date": "2025-11-01"},
        "expected no date before its start_date",
    ),
    ("previous_method", {"recorded_date": "2026-01-01"}, None),
    ("previous_method", {"recorded_date": "2026-01-02"}, "expected no date in the future"),
    ("client_satisfaction", {"recorded_date": "2026-01-02"}, "expected no date in the future"),
    ("client_satisfaction", {"recorded_date": "0025-01-02"}, "expected none before the year 2000"),
    ("client_statement", {"recorded_date": "2099-01-02"}, "expected no date in the future"),
    ("engine_benchmark", {"source_date": "2026-01-02"}, "expected no date in the future"),
    ("engine_benchmark", {"source_date": "2000-01-01"}, None),
    (
        "engine_observation",
        {"observed_at": "1999-12-31T23:59:59Z"},
        "expected none before the year 2000",
    ),
]


@pytest.mark.parametrize(("name", "changes", "reason"), DATES)
def test_a_date_that_cannot_be_is_refused_with_the_reason(
    tmp_path: Path, name: str, changes: dict[str, str], reason: str | None
) -> None:
    source = SOURCES["engine_metrics"]
    kind = source.by_name[name]
    record = {**smallest(kind, DAY), **changes}
    outcome = deliver(tmp_path, line(record), source=source, name=file_of(kind))
    column, value = list(changes.items())[-1]
    expected = [] if reason is None else [(f"{column} is '{value}', {reason}",)]
    assert outcome.rows("select reason from rejected") == expected
    assert outcome.fates()["parsed"] == (reason is None)
