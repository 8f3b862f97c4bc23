import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import tracking_pipeline
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.consent import check_consent, may_withdraw
from tracking_pipeline.sources.read import read
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline_tests.landing.scenario import load_due, rows

EXPORT = (
    Path(tracking_pipeline.__file__).parent
    / "demo/telemetry/exports/john-business-value-report.yaml"
)
JOHN = EXPORT.parents[1] / "databases/john-performance_telemetry.db"
REASON = "a record does not say yes to consent: whom it is about may not be recorded"
REFUSED = [("rejected", REASON, 0)]
NO = [False, 0, 0.0, "0", "0.0", "no", "N", "f", "False", " off ", "disabled", "maybe", "", None]
NO += [2, [], {}, {"given": True}, "yes, but"]
YES = [True, 1, 1.0, "1", "true", "True", "YES", " y ", "t", "On"]


def line(number: int = 0, **more: object) -> str:
    record = {
        "kind": "capability_execution",
        "engineer_email": "ann@company.example",
        "capability": "code_review",
        "duration_ms": number,
        "timestamp": "2025-01-01T00:00:00Z",
    }
    return json.dumps({**record, **more}) + "\n"


def export(said: str) -> str:
    return EXPORT.read_text().replace("  name: John Smith", f"  name: John Smith\n  {said}")


def john(folder: Path, *statements: str) -> bytes:
    """John's database with a column for his consent."""
    copy = folder / "john.db"
    copy.write_bytes(JOHN.read_bytes())
    with closing(sqlite3.connect(copy)) as con:
        con.executescript("alter table engineer_profile add column consent;" + ";".join(statements))
        con.commit()
    return copy.read_bytes()


def loaded(folder: Path, name: str, content: str | bytes) -> list[tuple[Any, ...]]:
    settings = Settings(home=folder / "home", stable_seconds=0)
    file = settings.landing_dir / "telemetry" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    load_due(settings, read)
    kept = rows(settings, "select reason from landing.quarantine where octet_length(raw) > 0")
    found = rows(settings, "select outcome, reason, n_accepted from landing.manifest")
    return [*found, *kept]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", lambda: line() + line(consent=False)),
        ("bulk.jsonl", lambda: "".join(map(line, range(5000))) + line(consent=False)),
        ("broken.jsonl", lambda: line() + line(consent="off")[:-2] + "\n"),
        ("typed.jsonl", lambda: line() + line(consent=0, duration_ms="long")),
        ("unknown.jsonl", lambda: line() + line(consent=0, kind="diary")),
        ("key.jsonl", lambda: line() + line(Consent="no")),
        ("cortex.config.json", lambda: '{"telemetry": {"enabled": false, "setup_date": "x"}}'),
        ("list.json", lambda: json.dumps([json.loads(line(consent="no"))])),
        ("export.yaml", lambda: export("consent: false")),
        ("root.yaml", lambda: "consent: n\n" + export("team: a")),
        ("unread.yaml", lambda: export("consent: !!bool false")),
    ],
)
def test_a_file_that_states_no_consent_is_refused_whole_and_not_kept(
    tmp_path: Path, name: str, content: Callable[[], str]
) -> None:
    ((outcome, reason, n_accepted),) = loaded(tmp_path, name, content())
    assert (outcome, n_accepted) == ("rejected", 0)
    assert reason == REASON or name == "unread.yaml"


@pytest.mark.parametrize("answer", NO, ids=repr)
def test_what_is_no_yes_is_no_consent(answer: object) -> None:
    for record in ({"consent": answer}, {"telemetry": {"enabled": answer}}):
        with pytest.raises(RefusedError, match="no_consent"):
            check_consent(json.loads(json.dumps(record)))
    assert may_withdraw(json.dumps({"a": 1, "consent": answer, "b": "c"}).encode())


@pytest.mark.parametrize("answer", YES, ids=repr)
def test_yes_is_consent(answer: object) -> None:
    for record in ({"consent": answer}, {"telemetry": {"enabled": answer}}):
        check_consent(json.loads(json.dumps(record)))
        assert not may_withdraw(json.dumps(record).encode())


def test_who_was_not_asked_consents_by_delivering(tmp_path: Path) -> None:
    assert loaded(tmp_path, "a.jsonl", line(note="false")) == [("loaded", None, 1)]


@pytest.mark.parametrize("answer", ["0", "'off'", "null", "0.0"])
@pytest.mark.parametrize(
    "fault",
    ["null", "ram_gb = 'lots'", "cpu_info = char(0)", f"cpu_info = printf('%.*c', {2**21}, 'x')"],
    ids=["none", "type", "character", "length"],
)
def test_a_database_without_consent_is_refused_whatever_else_is_wrong_with_the_row(
    tmp_path: Path, answer: str, fault: str
) -> None:
    wrong = f"update engineer_profile set {fault}" if "=" in fault else ""
    content = john(tmp_path, f"update engineer_profile set consent = {answer}", wrong)
    assert loaded(tmp_path, "john.db", content) == REFUSED


def test_a_wrong_row_of_who_consents_is_refused_alone(tmp_path: Path) -> None:
    content = john(tmp_path, "update engineer_profile set consent = 1, ram_gb = 'lots'")
    manifest, kept = loaded(tmp_path, "john.db", content)
    assert manifest == ("loaded", None, 339)
    assert kept[0].startswith("engineer_profile row 1: ram_gb is 'lots'")
