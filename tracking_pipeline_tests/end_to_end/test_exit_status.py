"""A file that could not be loaded is told by the exit status, after all else is done."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracking_pipeline.cli.main import main
from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.summary import Failure, IngestSummary
from tracking_pipeline.pipeline import loading, runs
from tracking_pipeline.pipeline.building import Built
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.state.store import open_store

RECORD = (
    '{"log_type": "campaign_generation", "session_id": "s", "timestamp": "2025-11-03T10:00:00Z", '
    '"lead_identifier": {"name": "L"}, "training_labels": {"message_approved": true}}\n'
)
NOTHING = IngestSummary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, refusals=(), failures=())
FAILED = replace(NOTHING, failures=(Failure("engine_logs", "a.json", "it broke"),))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TRACKING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRACKING_STABLE_SECONDS", "0")
    return load_settings()


@pytest.mark.parametrize(("summary", "status"), [(NOTHING, 0), (FAILED, 1)])
def test_ingest_ends_with_1_when_a_file_was_not_loaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, summary: IngestSummary, status: int
) -> None:
    monkeypatch.setattr(loading, "ingest", lambda *_args, **_names: summary)
    file = settings.home_dir.parent / "a.json"
    file.write_text(RECORD)
    done = CliRunner().invoke(main, ["ingest", str(file)])
    assert done.exit_code == status
    assert ("failed: engine_logs/a.json: it broke" in done.output) == bool(status)


@pytest.mark.parametrize("is_failing", [False, True])
def test_run_ends_with_1_while_a_file_is_not_loaded(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, *, is_failing: bool
) -> None:
    monkeypatch.setattr(
        runs, "run", lambda *_args, **_names: runs.RunSummary(NOTHING, Built((), ()), ())
    )
    landed = settings.landing_dir / "engine_logs" / "a.json"
    landed.parent.mkdir(parents=True)
    landed.write_text("{}")
    if is_failing:
        with open_store(settings) as store:
            now = datetime.now(UTC)
            (delivery,) = ledger.scan(settings, store, now)
            ledger.mark_failed(store, delivery, "it broke", now)
    done = CliRunner().invoke(main, ["run"])
    assert done.exit_code == is_failing, done.output
