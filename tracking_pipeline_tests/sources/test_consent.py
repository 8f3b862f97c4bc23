import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tracking_pipeline
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline_tests.landing.scenario import load_due, rows

EXPORT = (
    Path(tracking_pipeline.__file__).parent
    / "demo/telemetry/exports/john-business-value-report.yaml"
)
REASON = "states that the person does not consent to be recorded"


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


def loaded(folder: Path, name: str, content: str) -> list[tuple[Any, ...]]:
    settings = Settings(home=folder, stable_seconds=0)
    file = settings.landing_dir / "telemetry" / name
    file.parent.mkdir(parents=True)
    file.write_text(content)
    load_due(settings, read)
    kept = rows(settings, "select raw from landing.quarantine where octet_length(raw) > 0")
    found = rows(settings, "select outcome, reason, n_accepted from landing.manifest")
    return [*found, *kept]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", lambda: line() + line(consent=False)),
        ("bulk.jsonl", lambda: "".join(map(line, range(5000))) + line(consent=False)),
        ("cortex.config.json", lambda: '{"telemetry": {"enabled": false, "setup_date": "x"}}'),
        ("list.json", lambda: json.dumps([json.loads(line(consent="no"))])),
        ("export.yaml", lambda: export("consent: false")),
    ],
)
def test_a_file_that_states_no_consent_is_refused_whole_and_not_kept(
    tmp_path: Path, name: str, content: Callable[[], str]
) -> None:
    assert loaded(tmp_path, name, content()) == [("rejected", REASON, 0)]


@pytest.mark.parametrize("more", [{"consent": True}, {"consent": None}, {"note": "false"}])
def test_any_other_statement_is_read(tmp_path: Path, more: dict[str, object]) -> None:
    assert loaded(tmp_path, "a.jsonl", line(**more)) == [("loaded", None, 1)]
