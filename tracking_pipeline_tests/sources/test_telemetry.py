"""Recorded lines of telemetry: kinds, identities, and who is named where."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline_tests.sources.intake_case import KEY, NEVER_BULK, Outcome
from tracking_pipeline_tests.sources.telemetry_case import ADA, SOURCE, landed, own, take

PROFILE = {
    "kind": "engineer_profile",
    "engineer_name": "Ada Lovelace",
    "engineer_email": ADA,
    "machine_hostname": "engine.local",
    "machine_platform": "Linux",
    "cpu_info": "Analytical",
    "ram_gb": 0,
    "last_updated": "2025-10-06 08:55:03",
    "installation_date": "2025-10-05T10:00:00",
}
EXECUTION = {
    "kind": "capability_execution",
    "engineer_email": ADA,
    "capability": "code_review",
    "duration_ms": 80,
    "success": 0,
    "error_type": "ada@company.example timed out",
    "tokens_saved": 12,
    "timestamp": "2025-10-06T10:00:00+00:00",
}
DAY = {"engineer_email": ADA, "metric_date": "2025-10-06", "created_at": "2025-10-06 17:59:35"}
PRODUCTIVITY = {"kind": "productivity_day", **DAY, "commits_count": 7, "prs_created": 2}
SAVINGS = {"kind": "cost_saving_day", **DAY, "tokens_saved_count": 1000}
COPILOT = {"kind": "copilot_day", **DAY, "memory_hits": 18, "memory_misses": 2}
READING = {"name": "latency", "value": 2.5, "timestamp": "2025-10-06T10:00:00Z", "metadata": {}}
ALL = (PROFILE, EXECUTION, PRODUCTIVITY, SAVINGS, COPILOT, READING)


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def all_rows(outcome: Outcome) -> list[list[dict[str, Any]]]:
    return [outcome.all(kind.name) for kind in SOURCE.kinds]


def test_every_kind_of_line_lands(tmp_path: Path) -> None:
    outcome = take(tmp_path, lines(*ALL))
    assert landed(outcome) == {
        "engineer_profile": 1, "capability_execution": 1, "productivity_day": 1,
        "cost_saving_day": 1, "copilot_day": 1, "telemetry_reading": 1,
    }  # fmt: skip
    profile = outcome.one("engineer_profile")
    assert own(profile, "observed_at", "platform", "ram_gb", "installed_at") == (
        datetime.fromisoformat("2025-10-06 08:55:03"),
        "Linux",
        None,
        datetime.fromisoformat("2025-10-05 10:00:00"),
    )
    assert own(profile, "engineer_hash", "name_hash", "hostname_hash") == tuple(
        pseudonym(value, KEY) for value in (ADA, "Ada Lovelace", "engine.local")
    )
    execution = outcome.one("capability_execution")
    assert own(execution, "client_id", "provenance", "is_successful", "error_type") == (
        "acme", "measured", False, "[e-mail] timed out"
    )  # fmt: skip
    day = outcome.one("productivity_day")
    assert own(day, "commits_count", "prs_created", "prs_merged", "written_at") == (
        7, 2, None, datetime.fromisoformat("2025-10-06 17:59:35")
    )  # fmt: skip


def test_bulk_and_strict_give_the_same_rows(tmp_path: Path) -> None:
    variants = [
        record | {"engineer_email": f"e{number % 7}@company.example"} | change
        for number in range(700)
        for record in (PROFILE, EXECUTION, PRODUCTIVITY, SAVINGS, COPILOT)
        for change in [{}, {"note": "x"}, {"ram_gb": 8, "success": True, "commits_count": 3}][
            number % 3 :
        ][:1]
    ]
    bad = [EXECUTION | {"success": 2}, EXECUTION | {"timestamp": "noon"}, SAVINGS | {"kind": "x"}]
    content = lines(*variants, *bad, *ALL)
    strict = take(tmp_path, content, bulk_bytes=NEVER_BULK)
    bulk = take(tmp_path, content, bulk_bytes=0)
    assert all_rows(bulk) == all_rows(strict)
    assert bulk.fates() == strict.fates()
    assert bulk.rejected() == strict.rejected()
    findings = "from parsed_findings order by all"
    assert bulk.rows(findings) == strict.rows(findings)
    people = "from parsed_people order by all"
    assert bulk.rows(people) == strict.rows(people)


def test_lines_out_of_order_and_packed_give_the_same_records(tmp_path: Path) -> None:
    plain = take(tmp_path, lines(*ALL))
    packed = take(tmp_path, gzip.compress(lines(*reversed(ALL))), name="t.jsonl.gz")
    ids = [[row["record_id"] for row in rows] for rows in all_rows(plain)]
    assert [[row["record_id"] for row in rows] for rows in all_rows(packed)] == ids


def test_what_is_missing_is_part_of_what_a_record_is(tmp_path: Path) -> None:
    created = {"kind": "productivity_day", **DAY, "prs_created": 2}
    merged = {"kind": "productivity_day", **DAY, "prs_merged": 2}
    later = created | {"created_at": "2025-10-06 18:30:00"}
    rows = take(tmp_path, lines(created, merged, later, created)).all("productivity_day")
    ids = [row["record_id"] for row in rows]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2.5, (2.5, None)),
        (3, (3.0, None)),
        (True, (1.0, None)),
        (False, (0.0, None)),
        ("ada@company.example is slow", (None, "[e-mail] is slow")),
        ("7", (None, "7")),
        ({"b": [1], "a": None}, (None, '{"a":null,"b":[1]}')),
        ([1, 2], (None, "[1,2]")),
        (None, (None, None)),
    ],
    ids=str,
)
def test_a_reading_is_a_number_or_a_text(
    tmp_path: Path, value: object, expected: tuple[object, ...]
) -> None:
    outcome = take(tmp_path, lines(READING | {"value": value, "tags": {"by": ADA, "n": 1}}))
    row = outcome.one("telemetry_reading")
    assert own(row, "value", "value_text", "tags") == (*expected, '{"by":"[e-mail]","n":1}')


def test_people_are_named_in_one_table_and_nowhere_else(tmp_path: Path) -> None:
    told = {"engineer": {"name": "Ada Lovelace"}, "note": f"ask {ADA}", "author": "Ada Lovelace"}
    bad = [EXECUTION | {"timestamp": ADA}, EXECUTION | {"engineer_email": ["Ada Lovelace"]}]
    outcome = take(
        tmp_path,
        lines(*(record | told for record in ALL), *bad),
        lines(EXECUTION | {"engineer_email": " BO@company.example"}),
    )
    assert outcome.rows("select * from parsed_people order by email") == [
        (pseudonym(ADA, KEY), ADA, "Ada Lovelace", "f0"),
        (pseudonym("bo@company.example", KEY), "bo@company.example", None, "f1"),
    ]
    beside = {"person_email", "person_name"}
    text = str(
        [
            [{key: row[key] for key in row if key not in beside} for row in rows]
            for rows in all_rows(outcome)
        ]
    )
    text += str(outcome.rows("select reason from rejected"))
    text += str(outcome.rows("from parsed_findings"))
    assert len(outcome.rejected()) == 2
    assert [word for word in ("Ada", "Lovelace", "@company") if word in text] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"engineer_email": None}, "missing_field"),
        ({"engineer_email": " "}, "wrong_value"),
        ({"capability": None}, "missing_field"),
        ({"timestamp": None}, "missing_timestamp"),
        ({"timestamp": "2025-13-06T10:00:00"}, "bad_timestamp"),
        ({"duration_ms": "80"}, "wrong_type"),
        ({"duration_ms": -80}, "wrong_value"),
        ({"success": "yes"}, "wrong_type"),
        ({"success": -1}, "wrong_type"),
        ({"provenance": "guessed"}, "wrong_value"),
        ({"kind": "performance_metrics"}, "unknown_kind"),
        ({"kind": None}, "unknown_kind"),
        ({"client_id": " "}, "wrong_value"),
    ],
)
@pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])
def test_a_wrong_line_is_refused_alone(
    tmp_path: Path, change: dict[str, object], code: str, bulk_bytes: int
) -> None:
    records = [EXECUTION | {"tokens_saved": number} for number in range(300)]
    content = lines(*records, EXECUTION | change)
    outcome = take(tmp_path, content, bulk_bytes=bulk_bytes)
    assert [(row[0], row[2]) for row in outcome.rejected()] == [(301, code)]
    assert landed(outcome) == {"capability_execution": 300}


def test_a_line_may_name_its_team_and_provenance(tmp_path: Path) -> None:
    own_words = {"client_id": "tools", "provenance": "simulated"}
    outcome = take(tmp_path, lines(EXECUTION, EXECUTION | own_words))
    assert [own(row, "client_id", "provenance") for row in outcome.all("capability_execution")] == [
        ("acme", "measured"), ("tools", "simulated")
    ]  # fmt: skip
