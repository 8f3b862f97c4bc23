"""A key holds what people can see, wherever it comes in: else its reports would fail for ever."""

from datetime import date
from pathlib import Path

import pytest

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.keys import key_fault
from tracking_pipeline.settings import load_settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline_tests.sources.intake_case import NEVER_BULK, deliver, line
from tracking_pipeline_tests.sources.smallest import file_of, put, smallest

DAY = date(2025, 11, 3)
BULK = pytest.mark.parametrize("bulk_bytes", [0, NEVER_BULK], ids=["bulk", "strict"])

UNSEEN = {
    "zero width space": "\u200b",
    "line feed": "\n",
    "escape": "\x1b",
    "delete": "\x7f",
    "no-break space": "\xa0",
    "soft hyphen": "\xad",
    "right to left": "\u202e",
    "line separator": "\u2028",
    "byte order mark": "\ufeff",
    "variation selector": "\ufe0f",
    "filler": "\u3164",
    "grapheme joiner": "\u034f",
    "blank pattern": "\u2800",
    "private use": "\ue000",
    "unassigned": "\u0378",
    "tag": "\U000e0041",
}
KEYS = [
    ("engine_metrics", "engine_observation", "client_id"),
    ("engine_metrics", "client_goal", "goal_metric"),
    ("engine_metrics", "engine_benchmark", "client_id"),
    ("engine_metrics", "client_probe", "slug"),
    ("uptime", "probe_observation", "slug"),
    ("telemetry", "capability_execution", "client_id"),
    ("telemetry", "capability_execution", "capability"),
    ("telemetry", "telemetry_reading", "name"),
    ("telemetry", "value_export_capability", "name"),
]


@pytest.mark.parametrize(
    "key", ["acme", "Müller & Söhne", "アクメ", "a.b-c_d/e", "e\u0301", "😀", "x" * 200]
)
def test_what_can_be_seen_may_be_a_key(key: str) -> None:
    assert key_fault(key) is None


@pytest.mark.parametrize("unseen", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("place", ["{}acme", "ac{}me", "acme{}"])
def test_what_cannot_be_seen_may_not(unseen: str, place: str) -> None:
    fault = key_fault(place.format(unseen))
    assert fault is not None
    assert f"U+{ord(unseen):04X}" in fault


@pytest.mark.parametrize("key", ["", " ", " acme", "acme ", "x" * 201])
def test_an_empty_a_framed_and_a_long_key_are_none(key: str) -> None:
    assert key_fault(key) is not None


@pytest.mark.parametrize(("source", "kind", "path"), KEYS)
@BULK
def test_a_key_with_what_cannot_be_seen_refuses_its_record_alone(
    tmp_path: Path, source: str, kind: str, path: str, bulk_bytes: int
) -> None:
    declared = SOURCES[source].by_name[kind]
    # One file tells of 50 teams at the most, and states nothing twice.
    n_names = 40 if source == "telemetry" else 300
    right = [smallest(declared, DAY, f"acme-{number % n_names}") for number in range(300)]
    wrong = []
    for number, unseen in enumerate(UNSEEN.values()):
        wrong.append(smallest(declared, DAY, f"wrong-{number}"))
        put(wrong[-1], path, f"ac{unseen}me")
    content = b"".join(map(line, [*right, *wrong]))
    outcome = deliver(
        tmp_path, content, source=SOURCES[source], name=file_of(declared), bulk_bytes=bulk_bytes
    )
    codes = [code for *_, code in outcome.rejected()]
    assert set(codes) <= {"wrong_key", "wrong_value"}
    assert len(codes) == len(UNSEEN)


def test_a_refusal_shows_what_cannot_be_seen_and_what_to_do(tmp_path: Path) -> None:
    source = SOURCES["engine_metrics"]
    record = smallest(source.by_name["engine_observation"], DAY, "acme\u200b")
    outcome = deliver(tmp_path, line(record), source=source, name="a.jsonl")
    assert outcome.rows("select reason from rejected") == [
        (
            (
                r"client_id is 'acme\u200b', which holds U+200B (ZERO WIDTH SPACE), "
                "which nobody can tell or see: remove it"
            ),
        )
    ]


def test_the_name_of_a_file_that_names_a_probe_is_a_key(tmp_path: Path) -> None:
    content = b"status: up\nlastUpdated: 2025-11-03T12:00:00Z\n"
    source = SOURCES["uptime"]
    outcome = deliver(tmp_path, content, source=source, name="history/site\u200b.yml")
    assert [code for *_, code in outcome.rejected()] == ["wrong_key"]


def test_the_client_of_the_settings_is_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKING_CLIENT_ID", "acme\u200b")
    with pytest.raises(SettingsError, match=r"TRACKING_CLIENT_ID: .*U\+200B"):
        load_settings()


MESSAGES = [
    (
        '{"timestamp": "2025-11-27T12:16:06.297720", "overall_health": 0, "warnings": 50}',
        (
            "has no kind, expected one of engineer_profile, capability_execution, "
            "productivity_day, cost_saving_day, copilot_day, telemetry_reading, value_export, "
            "value_export_capability, team_export, team_export_engineer, "
            "or the keys name, value, timestamp of a telemetry_reading"
        ),
    ),
    (
        (
            '{"kind": "capability_execution", "engineer_email": "ada@company.example", '
            '"capability": "", "success": true, "timestamp": "2025-11-03T10:00:00Z"}'
        ),
        "capability is empty, expected a name",
    ),
    (
        (
            '{"kind": "capability_execution", "engineer_email": " ", "capability": "x", '
            '"timestamp": "2025-11-03T10:00:00Z"}'
        ),
        "engineer_email is empty, expected an e-mail address",
    ),
]


@pytest.mark.parametrize(("record", "reason"), MESSAGES, ids=["no kind", "no name", "nobody"])
def test_a_reason_says_what_is_missing_and_what_was_expected(
    tmp_path: Path, record: str, reason: str
) -> None:
    outcome = deliver(tmp_path, f"{record}\n".encode(), source=SOURCES["telemetry"], name="a.jsonl")
    assert outcome.rows("select reason from rejected") == [(reason,)]
