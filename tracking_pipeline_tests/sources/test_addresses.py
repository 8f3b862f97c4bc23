"""No text lands with an address in it, whichever field it stands in."""

import json
from datetime import date
from pathlib import Path

import pytest

from tracking_pipeline.sources.record import Field, RecordKind, Source
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline_tests.sources.intake_case import NEVER_BULK, deliver, line
from tracking_pipeline_tests.sources.smallest import file_of, kinds, put, smallest

DAY = date(2025, 11, 3)
ADDRESS = "ada.lovelace@engines.example"
PROFILE = "https://www.linkedin.com/in/ada"
EVERY_KIND = pytest.mark.parametrize(("source", "kind"), kinds(SOURCES), ids=lambda each: each.name)
BULK = pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])


def holding(field: Field) -> object:
    """A value of the field with addresses in it; None where it holds no text of anybody's."""
    text = f"asked {ADDRESS} and {PROFILE}"
    values: dict[str, object] = {"VARCHAR": text, "VARCHAR[]": [text, text], "OBJECT": {"a": text}}
    if field.pattern not in (None, r"(?s).*[^\s].*") or field.privacy == "public" or field.known:
        return None
    return values.get(field.json_type) if field.type in {"VARCHAR", "VARCHAR[]"} else None


@EVERY_KIND
def test_every_text_lands_without_addresses(
    tmp_path: Path, source: Source, kind: RecordKind
) -> None:
    record = smallest(kind, DAY)
    for field in kind.fields:
        value = holding(field)
        # The basis of a zone is read from a time.
        if value is not None and field.column != "zone_basis":
            put(record, field.paths[0], value)
    outcome = deliver(tmp_path, line(record), source=source, name=file_of(kind))
    assert outcome.rejected() == []
    own = {field.column for field in kind.fields if field.privacy != "public"}
    landed = {name: value for name, value in outcome.one(kind.name).items() if name in own}
    assert "engines.example" not in str(landed)
    assert "linkedin.com" not in str(landed)


def error(number: int, type_: str) -> bytes:
    return line(
        {
            "log_type": "error_log",
            "session_id": str(number),
            "timestamp": "2025-11-03T12:00:00Z",
            "error_details": {"error_id": "e", "error_type": type_},
        }
    )


@pytest.mark.parametrize(
    ("type_", "landed"),
    [
        ("database_error", "database_error"),
        ("grpc::DeadlineExceeded", "grpc::DeadlineExceeded"),
        ("rate limit exceeded", "rate limit exceeded"),
        ("LeadNotFound: Ada Lovelace", "LeadNotFound"),
        ("ValueError('Ada Lovelace')", "ValueError"),
        ("KeyError\nAda Lovelace", "KeyError"),
        ("Timeout (Ada Lovelace)", "Timeout"),
        ("failed for Ada Lovelace ada@engines.example", "failed for"),
        ("HTTP 500 of Élodie", "HTTP 500 of"),
        ("no lead 'ada lovelace'", "no lead"),
        ('no lead "ada lovelace"', "no lead"),
        (ADDRESS, "[e-mail]"),
    ],
)
def test_of_an_error_its_type_lands_and_not_what_it_says(
    tmp_path: Path, type_: str, landed: str
) -> None:
    assert deliver(tmp_path, error(1, type_)).one("error_log")["error_type"] == landed
    execution = smallest(SOURCES["telemetry"].by_name["capability_execution"], DAY)
    content = line({**execution, "error_type": type_})
    outcome = deliver(tmp_path, content, source=SOURCES["telemetry"], name="a.jsonl")
    assert outcome.one("capability_execution")["error_type"] == landed


@BULK
def test_two_sessions_that_differ_in_an_address_alone_are_two(
    tmp_path: Path, bulk_bytes: int
) -> None:
    kind = SOURCES["engine_logs"].by_name["error_log"]
    content = b"".join(line(smallest(kind, DAY, f"{n}@engines.example")) for n in range(300))
    rows = deliver(tmp_path, content, bulk_bytes=bulk_bytes).all("error_log")
    assert {row["session_id"] for row in rows} == {"[e-mail]"}
    assert len({row["record_id"] for row in rows}) == 300


@BULK
def test_an_address_is_no_name_of_a_metric(tmp_path: Path, bulk_bytes: int) -> None:
    source = SOURCES["engine_metrics"]
    kind = source.by_name["engine_observation"]
    right = [smallest(kind, DAY, f"client-{number}") for number in range(300)]
    wrong = {**smallest(kind, DAY), "metrics": {ADDRESS: 1}}
    content = b"".join(map(line, [*right, wrong]))
    outcome = deliver(tmp_path, content, source=source, name="a.jsonl", bulk_bytes=bulk_bytes)
    assert outcome.rows("select line_number, reason from rejected") == [
        (301, "a name in metrics, '[e-mail]', holds an @")
    ]
    assert {json.loads(row["metrics"])["meeting_booking_rate"] for row in outcome.all(kind.name)}
