import hashlib
import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tracking_pipeline.sources.privacy import masked, masking, pseudonym
from tracking_pipeline_tests.sources.intake_case import (
    CAMPAIGN,
    DESIGN_CAMPAIGN,
    KEY,
    NEVER_BULK,
    campaign,
    deliver,
    line,
)

BULK = pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])


def test_a_record_of_the_engines_dialect_is_typed(tmp_path: Path) -> None:
    row = deliver(tmp_path, json.dumps(CAMPAIGN).encode()).one()
    assert row["observed_at"] == datetime(2025, 8, 1, 21, 45, 36, 473189)  # noqa: DTZ001 - UTC
    assert row["client_id"] == "acme"
    assert row["provenance"] == "measured"
    assert row["traits"] == ["saas", "formal"]
    assert row["message_length"] == 6
    assert row["is_approved"] is True
    assert row["quality_score"] == 70.0
    assert row["lead_name_hash"] == pseudonym("Ada Lovelace", KEY)
    assert row["linkedin_url_hash"] is None
    assert row["processing_time_s"] is None


def test_a_record_of_the_design_dialect_is_typed(tmp_path: Path) -> None:
    row = deliver(tmp_path, json.dumps(DESIGN_CAMPAIGN).encode()).one()
    assert row["messaging_angle"] == "professional_intro"
    assert row["processing_time_s"] == 12.5
    assert row["is_approved"] is True
    assert row["quality_score"] == 70.0
    assert row["method_used"] == "template"
    assert row["decision_success"] is True
    assert row["improvement_potential"] == "low"


def test_the_identity_is_the_published_hash(tmp_path: Path) -> None:
    row = deliver(tmp_path, json.dumps(CAMPAIGN).encode()).one()
    lead = '{"company":"Engines","industry":"technology","name":"Ada Lovelace"}'
    parts = ["campaign_generation", "33a95c6d", "2025-08-01T17:45:36.473189", lead]
    expected = hashlib.md5("\x1f".join(parts).encode()).hexdigest()  # noqa: S324 - an identity
    assert row["record_id"] == expected


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(DESIGN_CAMPAIGN),
        json.dumps(CAMPAIGN, indent=4),
        json.dumps(CAMPAIGN, sort_keys=True),
        json.dumps(CAMPAIGN, separators=(",", ":")),
        json.dumps(dict(reversed(CAMPAIGN.items()))),
        json.dumps(
            {**CAMPAIGN, "lead_identifier": dict(reversed(CAMPAIGN["lead_identifier"].items()))}
        ),
        json.dumps({"training_records": [CAMPAIGN]}),
    ],
)
def test_dialect_order_and_white_space_do_not_change_the_identity(
    tmp_path: Path, content: str
) -> None:
    outcome = deliver(tmp_path, json.dumps(CAMPAIGN).encode(), content.encode())
    first, second = outcome.all()
    assert first["record_id"] == second["record_id"]


@pytest.mark.parametrize(
    "changes",
    [
        {"session_id": "1"},
        {"timestamp": "2025-08-01T17:45:36.473190"},
        {"lead_identifier__name": "Ada King"},
        {"lead_identifier__linkedin_url": ""},
        {"lead_identifier__title": "Countess"},
    ],
)
def test_each_part_of_the_identity_counts(tmp_path: Path, changes: dict[str, str]) -> None:
    outcome = deliver(tmp_path, line(campaign()), line(campaign(0, **changes)))
    assert len({row["record_id"] for row in outcome.all()}) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-08-01T12:00:00", "2025-08-01 16:00:00"),
        ("2025-08-01 12:00:00", "2025-08-01 16:00:00"),
        ("2025-08-01T12:00:00Z", "2025-08-01 12:00:00"),
        ("2025-08-01T12:00:00.5+05:30", "2025-08-01 06:30:00.5"),
        ("2025-08-01T12:00:00-0400", "2025-08-01 16:00:00"),
        ("2025-08-01T12:00:00+02", "2025-08-01 10:00:00"),
        ("2025-01-01T12:00:00", "2025-01-01 17:00:00"),
        ("2025-03-09T02:30:00", "2025-03-09 07:30:00"),
        ("2025-11-02T01:30:00", "2025-11-02 06:30:00"),
    ],
    ids=["naive", "blank", "Z", "half hour", "minus", "hours", "winter", "gap", "fold"],
)
@BULK
def test_times_are_utc(tmp_path: Path, text: str, expected: str, bulk_bytes: int) -> None:
    lines = [line(campaign(number, timestamp=text)) for number in range(300)]
    outcome = deliver(tmp_path, b"".join(lines), bulk_bytes=bulk_bytes)
    query = "select distinct observed_at::varchar from parsed_campaign_generation"
    assert outcome.rows(query) == [(expected,)]


@pytest.mark.parametrize("day", ["2025-03-09", "2025-11-02"])
def test_no_hour_of_a_day_of_clock_change_leaves_the_day(tmp_path: Path, day: str) -> None:
    hours = [f"{day}T{hour:02}:{minute:02}:00" for hour in range(24) for minute in (0, 30)]
    lines = [line(campaign(number, timestamp=hour)) for number, hour in enumerate(hours)]
    outcome = deliver(tmp_path, b"".join(lines))
    times = [row["observed_at"].replace(tzinfo=UTC) for row in outcome.all()]
    local = {time.astimezone(ZoneInfo("America/Toronto")).date().isoformat() for time in times}
    assert (len(times), local) == (48, {day})


@pytest.mark.parametrize(("minutes", "expected"), [(9, []), (11, ["future_timestamp"])])
def test_the_future_begins_after_the_tolerance(
    tmp_path: Path, minutes: int, expected: list[str]
) -> None:
    text = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).isoformat()
    outcome = deliver(tmp_path, line(campaign(timestamp=text)))
    assert [code for _, _, code in outcome.rejected()] == expected


@pytest.mark.parametrize("value", ["Ada Lovelace", "  ADA lovelace\n", "ada lovelace"])
def test_a_pseudonym_does_not_know_case_and_margin(tmp_path: Path, value: str) -> None:
    row = deliver(tmp_path, line(campaign(lead_identifier__name=value))).one()
    assert row["lead_name_hash"] == pseudonym("Ada Lovelace", KEY)


@pytest.mark.parametrize("value", ["Zoë Müller", "山田 太郎", "x" * 200, "O'Brien", "Ünal"])
def test_sql_and_python_give_the_same_pseudonym(tmp_path: Path, value: str) -> None:
    row = deliver(tmp_path, line(campaign(lead_identifier__name=value))).one()
    assert row["lead_name_hash"] == pseudonym(value, KEY)


def test_an_unknown_field_is_kept_masked_and_found(tmp_path: Path) -> None:
    record = campaign(
        note="write to ada@engines.example or linkedin.com/in/ada now",
        generation_output__model={"b": 1, "a": [True]},
        generation_output__nothing=None,
    )
    outcome = deliver(tmp_path, line(record), line(record))
    row = outcome.all()[0]
    assert json.loads(row["extras"]) == {
        "generation_output.model": {"a": [True], "b": 1},
        "note": "write to [e-mail] or [profile] now",
    }
    assert outcome.rows("select * from parsed_findings where file_id = 'f0' order by field") == [
        ("f0", "campaign_generation", "unknown_field", "generation_output.model", 1),
        ("f0", "campaign_generation", "unknown_field", "note", 1),
    ]


@BULK
def test_of_an_unknown_field_about_a_person_only_the_path_lands(
    tmp_path: Path, bulk_bytes: int
) -> None:
    person = {"full_name": "Ada Lovelace", "phone": "+44 20 7946 0958"}
    records = [
        campaign(
            number,
            lead_identifier__full_name="Ada Lovelace",
            lead_identifier__reach={"phone": [7946]},
            lead_data=person,
            context={"lead_data": person, "attempts": [{"number": 1, "lead_data": person}]},
        )
        for number in range(300)
    ]
    outcome = deliver(tmp_path, b"".join(map(line, records)), bulk_bytes=bulk_bytes)
    assert [json.loads(row["extras"]) for row in outcome.all()] == 300 * [
        {
            "lead_identifier.full_name": "[personal]",
            "lead_identifier.reach": "[personal]",
            "lead_data": "[personal]",
            "context": {
                "lead_data": "[personal]",
                "attempts": [{"number": 1, "lead_data": "[personal]"}],
            },
        }
    ]


def test_an_unknown_field_of_the_lead_in_a_trace_lands_as_its_path(tmp_path: Path) -> None:
    trace = {
        "execution_id": "e1",
        "node_path": [],
        "timestamp": "2025-08-01T12:00:00",
        "final_status": "COMPLETED",
        "lead_data": {"id": "1", "phone": "+44 20 7946 0958"},
    }
    row = deliver(tmp_path, line(trace)).one("brain_trace")
    assert json.loads(row["extras"]) == {"lead_data.phone": "[personal]"}


def test_the_identity_holds_the_unknown_fields_of_the_lead_as_delivered(tmp_path: Path) -> None:
    row = deliver(tmp_path, line({**CAMPAIGN, "lead_identifier": {"title": "Countess"}})).one()
    lead = '{}{"lead_identifier.title":"Countess"}'
    parts = ["campaign_generation", "33a95c6d", "2025-08-01T17:45:36.473189", lead]
    expected = hashlib.md5("\x1f".join(parts).encode()).hexdigest()  # noqa: S324 - an identity
    assert row["record_id"] == expected


def test_a_field_that_no_record_of_a_file_has_is_found(tmp_path: Path) -> None:
    records = [campaign(number) for number in range(300)]
    for record in records:
        del record["generation_output"]["messaging_angle"]
    whole = [line(campaign(number)) for number in range(300)]
    outcome = deliver(tmp_path, b"".join(map(line, records)), b"".join([line(records[0]), *whole]))
    assert outcome.rows("select * from parsed_findings") == [
        ("f0", "campaign_generation", "removed_field", "messaging_angle", 300)
    ]


@BULK
def test_a_decision_that_contradicts_its_label_is_found(tmp_path: Path, bulk_bytes: int) -> None:
    lines = [
        line(campaign(number, decision_reasoning={"success": number % 3 == 0}))
        for number in range(300)
    ]
    outcome = deliver(tmp_path, b"".join(lines), bulk_bytes=bulk_bytes)
    assert outcome.rows("select * from parsed_findings") == [
        ("f0", "campaign_generation", "label_mismatch", "is_approved", 200)
    ]


@BULK
def test_reasoning_may_be_a_list_and_labels_may_be_missing(tmp_path: Path, bulk_bytes: int) -> None:
    records = [campaign(number, decision_reasoning=["tried", 1]) for number in range(300)]
    for record in records:
        del record["training_labels"]
    outcome = deliver(tmp_path, b"".join(map(line, records)), bulk_bytes=bulk_bytes)
    assert outcome.fates()["parsed"] == 300
    assert outcome.rejected() == []
    assert {row["is_approved"] for row in outcome.all()} == {None}


MESSAGES = {
    "no access for ada.l@engines.example today": "no access for [e-mail] today",
    "see https://www.linkedin.com/in/ada-l?x=1 please": "see [profile] please",
    "token: abc123 refused": "[secret] refused",
    "'ada@engines.example' has password='abc123'": "'[e-mail]' has [secret]'",
    "key 0123456789abcdef0123456789abcdef gone": "key [secret] gone",
    "No connection within 30 seconds": "No connection within 30 seconds",
}


@pytest.mark.parametrize("message", MESSAGES)
def test_sql_and_python_mask_an_error_message_alike(tmp_path: Path, message: str) -> None:
    record = {
        "log_type": "error_log",
        "session_id": "1",
        "timestamp": "2025-08-01T12:00:00",
        "error_details": {"error_id": "e1", "error_message": message},
    }
    assert deliver(tmp_path, line(record)).one("error_log")["error_message"] == MESSAGES[message]
    assert masked(message) == MESSAGES[message]


HARD = ["@", ".", "..", "a", "-", "_", "x", "linkedin", ".com/", "https://", " ", ":", "'", "é"]


def test_sql_and_python_mask_random_texts_alike() -> None:
    chance = random.Random(1)  # noqa: S311 - a repeatable mixture
    texts = ["".join(chance.choices(HARD, k=chance.randrange(25))) for _ in range(5_000)]
    rows = duckdb.execute(f"select {masking('t')} from (select unnest(?) as t)", [texts]).fetchall()
    expected = [text for (text,) in rows]
    assert [masked(text) for text in texts] == expected
    assert sum("[e-mail]" in text for text in expected) > 200
    assert sum("[profile]" in text for text in expected) > 200


@pytest.mark.parametrize("text", ["a", "a.", "-", "@", "a@", "ab@c", "http://", "password ", "_"])
def test_the_work_of_masking_grows_with_the_text_and_no_faster(text: str) -> None:
    def work(length: int) -> float:
        long = (text * length)[:length]
        took = []
        for _ in range(3):
            start = time.process_time()
            masked(long)
            took.append(time.process_time() - start)
        return min(took)

    # Of eight times the text a quadratic pattern makes sixty-four times the work.
    assert work(8 * 8_000) < 30 * work(8_000)


def test_a_long_name_is_told_cut_and_no_half_address_of_it(tmp_path: Path) -> None:
    address = "ada.lovelace@engines.example"
    kind, key = ("k" * 190 + " " + address + "k" * 500, "u" * 70 + " " + address + "u" * 500)
    lines = line({"log_type": kind}) + line({**CAMPAIGN, key: 1})
    lines += line(campaign(1, generation_output__campaign_tone=[key]))
    outcome = deliver(tmp_path, lines)
    told = outcome.rows(
        "select kind, reason from rejected union all select kind, field from parsed_findings"
    )
    assert len(told) == 3
    cut = [text for row in told for text in row]
    assert all("k" * 201 not in text and "u" * 201 not in text for text in cut)
    assert all("ada" not in text for text in cut)


def _varied(number: int, chance: random.Random) -> dict[str, object]:
    """A record of one of several kinds and shapes, right or not."""
    record = campaign(number, lead_identifier__name=chance.choice(["Ada", "Zoë", 'A "B" \\ c', ""]))
    if chance.random() < 0.2:
        record = {**DESIGN_CAMPAIGN, "session_id": str(number)}
    if chance.random() < 0.1:
        record["unforeseen"] = chance.choice([None, 1, "text", {"a": [1]}])
    if chance.random() < 0.1:
        record["message_analysis"] = chance.choice(
            [{"generation_duration": 3.5}, None, {"x": 1}, 5]
        )
    if chance.random() < 0.2:
        record = {
            "log_type": chance.choice(["website_analysis", "airtable_operation", "error_log"]),
            "session_id": str(number),
            "timestamp": chance.choice(["2025-08-01T12:00:00Z", "2025-08-01T12:00:00", "never"]),
            "output_data": chance.choice([{}, {"success_rate": 0.5}, {"success": True}]),
        }
    return record


@pytest.mark.parametrize("seed", range(3))
def test_bulk_and_strict_give_identical_rows(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable mixture
    lines = [line(_varied(number, chance)) for number in range(2000)]
    bulk, strict = tmp_path / "bulk", tmp_path / "strict"
    bulk.mkdir()
    strict.mkdir()
    content = b"".join(lines)
    outcomes = [
        deliver(bulk, content, bulk_bytes=0),
        deliver(strict, content, bulk_bytes=NEVER_BULK),
    ]
    for table in (
        "parsed_campaign_generation",
        "parsed_website_analysis",
        "parsed_airtable_operation",
        "parsed_error_log",
        "rejected",
        "file_outcomes",
        "parsed_findings",
    ):
        fast, slow = (outcome.rows(f"select * from {table} order by all") for outcome in outcomes)
        assert fast == slow, table
    assert outcomes[0].fates()["rejected"] > 50
    assert outcomes[0].fates()["parsed"] > 1000


def test_kinds_of_one_shape_whose_names_stand_last_are_all_read(tmp_path: Path) -> None:
    kinds = ["website_analysis", "airtable_operation"]
    records = [
        {
            "session_id": f"{'padding ' * 20}{number}",
            "timestamp": "2025-08-01T12:00:00Z",
            "log_type": kinds[number % 2],
        }
        for number in range(2000)
    ]
    outcome = deliver(tmp_path, b"".join(map(line, records)), bulk_bytes=0)
    for kind in kinds:
        assert outcome.rows(f"select count(*) from parsed_{kind}") == [(1000,)]
