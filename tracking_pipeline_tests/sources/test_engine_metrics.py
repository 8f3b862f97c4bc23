import gzip
import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tracking_pipeline.sources.engine_metrics import SOURCE
from tracking_pipeline.sources.record import WITH_A_POINT
from tracking_pipeline_tests.sources.intake_case import NEVER_BULK, Outcome, deliver, line

BULK = pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])

KIND = "engine_observation"
OBSERVATION: dict[str, Any] = {
    "client_id": "acme",
    "engine_id": "A",
    "observed_at": "2025-11-01T12:15:00Z",
    "metrics": {"prospects_per_day": 120, "icp_match_accuracy": 0.91},
    "operational_cost_usd": 4.2,
    "value_generated_usd": 60.0,
    "units_of_work": 120,
    "provenance": "measured",
}


A_TIME = "expected a time such as 2026-02-01T09:30:00Z or one with an offset from -12:00 to +14:00"


def observation(**changes: object) -> dict[str, Any]:
    """The observation with some members changed; None leaves one out."""
    members = {**OBSERVATION, **changes}
    return {key: value for key, value in members.items() if value is not None}


def take(
    folder: Path, content: bytes, bulk_bytes: int = NEVER_BULK, name: str = "acme.json"
) -> Outcome:
    return deliver(folder, content, bulk_bytes=bulk_bytes, timezone="UTC", source=SOURCE, name=name)


def many(record: dict[str, Any], n: int = 300) -> bytes:
    """So many lines like it, a minute apart, that the bulk path takes them."""
    stamps = [f"2025-11-01T{number // 60:02}:{number % 60:02}:00" for number in range(n)]
    suffix = record.get("observed_at", "Z")[-1:]
    return b"".join(line({**record, "observed_at": stamp + suffix}) for stamp in stamps)


def test_an_observation_is_typed(tmp_path: Path) -> None:
    row = take(tmp_path, line(OBSERVATION)).one(KIND)
    assert row["observed_at"] == datetime(2025, 11, 1, 12, 15)  # noqa: DTZ001 - UTC
    assert (row["client_id"], row["engine_id"], row["provenance"]) == ("acme", "A", "measured")
    assert json.loads(row["metrics"]) == OBSERVATION["metrics"]
    assert (row["operational_cost_usd"], row["value_generated_usd"]) == (4.2, 60.0)
    assert (row["units_of_work"], row["session_id"], row["extras"]) == (120.0, None, None)


@pytest.mark.parametrize(
    "content",
    [
        line(OBSERVATION) + line(observation(engine_id="B")),
        json.dumps([OBSERVATION, observation(engine_id="B")]).encode(),
        json.dumps({"data": [OBSERVATION, observation(engine_id="B")], "next": "x?2"}).encode(),
        json.dumps({"data": [OBSERVATION], "next": None}).encode()
        + json.dumps({"data": [observation(engine_id="B")]}, indent=1).encode(),
        gzip.compress(line(OBSERVATION) + line(observation(engine_id="B"))),
        zstandard.compress(line(OBSERVATION) + line(observation(engine_id="B"))),
    ],
    ids=["lines", "array", "page", "pages", "gzip", "zstd"],
)
def test_every_packing_gives_the_same_records(tmp_path: Path, content: bytes) -> None:
    outcome = take(tmp_path, content)
    assert outcome.fates() == {
        "n_records": 2, "parsed": 2, "rejected": 0, "blank": 0, "pending": 0
    }  # fmt: skip
    assert {row["engine_id"] for row in outcome.all(KIND)} == {"A", "B"}
    expected = {row["record_id"] for row in take(tmp_path, line(OBSERVATION)).all(KIND)}
    assert expected < {row["record_id"] for row in outcome.all(KIND)}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": None}, "missing_field"),
        ({"client_id": ""}, "wrong_value"),
        ({"client_id": " acme"}, "wrong_value"),
        ({"client_id": 7}, "wrong_type"),
        ({"engine_id": None}, "missing_field"),
        ({"engine_id": "O"}, "wrong_value"),
        ({"engine_id": "a"}, "wrong_value"),
        ({"engine_id": "AB"}, "wrong_value"),
        ({"observed_at": None}, "missing_timestamp"),
        ({"observed_at": ""}, "missing_timestamp"),
        ({"observed_at": "yesterday"}, "bad_timestamp"),
        ({"observed_at": "2025-11-01T12:15:00+99:99"}, "bad_timestamp"),
        ({"observed_at": "2025-11-01T12:15:00+14:01"}, "bad_timestamp"),
        ({"observed_at": "2025-11-01T12:15:00-12:01"}, "bad_timestamp"),
        ({"observed_at": "2025-11-01T12:15:00+05:60"}, "bad_timestamp"),
        ({"observed_at": "2025-11-01T12:15:00-75:30"}, "bad_timestamp"),
        ({"observed_at": 1762000000}, "wrong_type"),
        ({"observed_at": "2026-01-01T00:11:00Z"}, "future_timestamp"),
        ({"metrics": None}, "missing_field"),
        ({"metrics": [1]}, "wrong_type"),
        ({"metrics": "{}"}, "wrong_type"),
        ({"operational_cost_usd": "4.2"}, "wrong_type"),
        ({"units_of_work": True}, "wrong_type"),
        ({"provenance": "guessed"}, "wrong_value"),
        ({"provenance": ""}, "wrong_value"),
    ],
)
@BULK
def test_a_wrong_observation_is_refused_alone(
    tmp_path: Path, changes: dict[str, object], code: str, bulk_bytes: int
) -> None:
    outcome = take(tmp_path, many(OBSERVATION) + line(observation(**changes)), bulk_bytes)
    assert [row[0::2] for row in outcome.rejected()] == [(301, code)]
    assert outcome.fates()["parsed"] == 300
    assert outcome.rows("select kind from rejected") == [(KIND,)]


@pytest.mark.parametrize(
    ("metric", "code"),
    [
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1e999", "number_too_big"),
        ("123456789012345678901", "integer_too_big"),
        ('1, "x": 2', "duplicate_key"),
        (r'"\u0000"', "nul_character"),
        (r'"\ud800"', "lone_surrogate"),
        ("1,", "bad_json"),
    ],
)
@BULK
def test_metrics_are_strict_json(tmp_path: Path, metric: str, code: str, bulk_bytes: int) -> None:
    good = many(observation(metrics={"x": 1}))
    bad = line(observation(metrics={"x": "@"})).replace(b'"@"', metric.encode())
    outcome = take(tmp_path, good + bad, bulk_bytes)
    assert [row[0::2] for row in outcome.rejected()] == [(301, code)]
    assert outcome.fates()["parsed"] == 300


@BULK
def test_unknown_metric_names_are_kept_and_unknown_members_are_a_finding(
    tmp_path: Path, bulk_bytes: int
) -> None:
    record = observation(metrics={"prospects_per_day": 1, "nobody_knows": 2}, region="EU")
    outcome = take(tmp_path, many(record), bulk_bytes)
    row = outcome.all(KIND)[0]
    assert row["metrics"] == '{"nobody_knows":2,"prospects_per_day":1}'
    assert row["extras"] == '{"region":"EU"}'
    assert outcome.rows("select finding, field, n_records from parsed_findings") == [
        ("unknown_field", "region", 300)
    ]


@BULK
def test_what_an_observation_does_not_say_is_missing(tmp_path: Path, bulk_bytes: int) -> None:
    record = observation(provenance=None, units_of_work=None, operational_cost_usd=None)
    rows = take(tmp_path, many(record), bulk_bytes).all(KIND)
    assert {(r["provenance"], r["units_of_work"], r["operational_cost_usd"]) for r in rows} == {
        ("measured", None, None)
    }


@pytest.mark.parametrize(
    "text",
    [
        *("2025-11-01T12:15:00", "2025-11-01T08:15:00-04:00", "2025-11-01 17:45:00+05:30"),
        *("2025-11-02T02:15:00+14:00", "2025-11-02T02:15:00+14", "2025-11-02T02:00:00+1345"),
        *("2025-11-01T00:15:00-12:00", "2025-11-01T00:15:00-1200", "2025-11-01T00:16:00-11:59"),
        *("2025-11-01T12:15:00+00:00", "2025-11-01T12:15:00-00:00"),
    ],
)
def test_one_moment_in_any_offset_is_one_identity(tmp_path: Path, text: str) -> None:
    one = take(tmp_path, line(OBSERVATION)).one(KIND)
    other = take(tmp_path, line(observation(observed_at=text))).one(KIND)
    assert other["record_id"] == one["record_id"]


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "beta"}, {"engine_id": "B"}, {"observed_at": "2025-11-01T12:15:00.000001Z"}],
)
def test_client_engine_and_moment_are_the_identity(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    rows = take(tmp_path, line(OBSERVATION) + line(observation(**changes))).all(KIND)
    assert len({row["record_id"] for row in rows}) == 2


def test_bulk_and_strict_paths_agree_on_random_observations(tmp_path: Path) -> None:
    content = b"".join(random_line(random.Random(number)) for number in range(1500))  # noqa: S311
    bulk, strict = (take(tmp_path, content, bytes_) for bytes_ in (0, NEVER_BULK))
    assert bulk.all(KIND) == strict.all(KIND)
    assert bulk.rejected() == strict.rejected()
    assert bulk.rows("from parsed_findings") == strict.rows("from parsed_findings")
    assert 100 < len(strict.rejected()) < 1000


def random_line(chance: random.Random) -> bytes:
    """A line that may be spelt, ordered and broken in many ways."""
    values = [
        "1", "-0", "-0.0", "1.20e2", "1E-7", "1e22", "123456789012345678", "99999999999999999999",
        '"text"', '"\\u00e9\\/"', "true", "null", "[1]", '{"b":1,"a":2}', "NaN", "0.1",
    ]  # fmt: skip
    metrics = {
        f'"{chance.choice("abcé")}{number}"': chance.choice(values)
        for number in range(chance.randrange(4))
    }
    body = ", ".join(f"{key}: {value}" for key, value in metrics.items())
    members = [
        f'"client_id": {chance.choice(["""acme""", "beta"])!r}'.replace("'", '"'),
        f'"engine_id": "{chance.choice("ABNZ")}"',
        f'"observed_at": "2025-11-0{chance.randrange(1, 9)}T00:00:0{chance.randrange(10)}Z"',
        f'"metrics": {{{body}}}',
        f'"units_of_work": {chance.choice(["1", "2.5", "null"])}',
    ]
    if chance.random() < 0.2:
        members.append(f'"provenance": "{chance.choice(["measured", "simulated", "made up"])}"')
    chance.shuffle(members)
    return ("{" + ",".join(members) + "}\n").encode()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"operational_cost_usd": "4,20"},
            f"operational_cost_usd is '4,20', expected a number: {WITH_A_POINT}",
        ),
        (
            {"observed_at": "01.02.2026"},
            f"observed_at is '01.02.2026', {A_TIME}",
        ),
        (
            {"observed_at": "2025-11-01T12:15:00+99:99"},
            f"observed_at is '2025-11-01T12:15:00+99:99', {A_TIME}",
        ),
        (
            {"observed_at": "2036-01-01T00:00:00Z"},
            "observed_at is '2036-01-01T00:00:00Z', expected no time in the future",
        ),
        ({"metrics": [1]}, "metrics is a list, expected an object"),
        ({"engine_id": "O"}, "engine_id is 'O', expected a letter from A to N"),
    ],
)
@BULK
def test_the_reason_names_field_and_value_in_plain_words(
    tmp_path: Path, changes: dict[str, object], reason: str, bulk_bytes: int
) -> None:
    outcome = take(tmp_path, line(observation(**changes)), bulk_bytes)
    assert outcome.rows("select reason from rejected") == [(reason,)]


def test_a_file_of_an_unknown_reference_is_refused_whole(tmp_path: Path) -> None:
    outcome = take(tmp_path, b"client_id\nacme\n", name="reference/budgets.csv")
    assert outcome.rows("select file_reason_code, n_records from file_outcomes") == [
        ("unknown_kind", 1)
    ]
