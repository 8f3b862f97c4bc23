"""Nothing is recorded without consent, and withdrawing it can delete all."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tracking_pipeline.collectors.recorder import TelemetryRecorder
from tracking_pipeline.collectors.store import ConsentError, RecorderError
from tracking_pipeline_tests.collectors.scenario import (
    ADA,
    NO_REPOSITORY,
    Clock,
    execution,
    recorder,
    rows,
)

RECORDINGS: list[Callable[[TelemetryRecorder], object]] = [
    lambda made: made.execute(execution()),
    lambda made: made.record_productivity_metrics(commits_count=1),
    lambda made: made.record_cost_savings(tokens_saved_count=1),
    lambda made: made.record_copilot_metrics(memory_hits=1),
    lambda made: made.collect(NO_REPOSITORY),
    lambda made: made.export_performance_report(),
    lambda made: made.executive_summary(),
]


@pytest.mark.parametrize("record", RECORDINGS)
def test_without_a_profile_everything_refuses_and_writes_nothing(
    tmp_path: Path, record: Callable[[TelemetryRecorder], object]
) -> None:
    with pytest.raises(ConsentError, match="Run the setup"):
        record(TelemetryRecorder(tmp_path / "home"))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("record", RECORDINGS)
def test_after_consent_is_withdrawn_everything_refuses(
    tmp_path: Path, record: Callable[[TelemetryRecorder], object]
) -> None:
    made = recorder(tmp_path)
    other = TelemetryRecorder(made.home)
    other.withdraw_consent()
    with pytest.raises(ConsentError, match="no consent"):
        record(made)


def test_a_setup_without_consent_stores_nothing(tmp_path: Path) -> None:
    made = TelemetryRecorder(tmp_path / "home")
    with pytest.raises(ConsentError, match="nothing is stored"):
        made.setup_engineer_profile("Ada", ADA)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("answer", ["no", "yes", 1, "False"])
def test_no_other_answer_than_true_is_consent(tmp_path: Path, answer: object) -> None:
    made = TelemetryRecorder(tmp_path / "home")
    with pytest.raises(ConsentError, match="nothing is stored"):
        made.setup_engineer_profile("Ada", ADA, consent=answer)  # type: ignore[arg-type]
    assert not (tmp_path / "home").exists()


def test_withdrawing_can_delete_all_and_keeps_it_otherwise(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    made.execute(execution())
    made.export_performance_report()
    made.withdraw_consent()
    assert len(rows(made, "performance_metrics")) == 1
    made.withdraw_consent(delete_local_data=True)
    assert list(made.home.iterdir()) == []


def test_withdrawing_deletes_a_damaged_store_and_what_lies_beside_it(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    made.export_performance_report()
    for name in ("recorder.db", "recorder.db-journal", "performance_telemetry.db-mj0123ABCD"):
        (made.home / name).write_bytes(b"no database" * 1000)
    (made.home / "hook.log").write_text("a fault\n")
    (made.home / "of_another.txt").touch()
    with pytest.raises(RecorderError, match="not a database"):
        made.withdraw_consent()
    made.withdraw_consent(delete_local_data=True)
    assert [path.name for path in made.home.iterdir()] == ["of_another.txt"]


def test_what_cannot_be_deleted_is_named_and_keeps_nothing_else(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (made.home / "exports").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RecorderError, match="exports: could not be deleted"):
        made.withdraw_consent(delete_local_data=True)
    assert [path.name for path in made.home.iterdir()] == ["exports"]


def test_withdrawing_where_nothing_is_recorded_is_harmless(tmp_path: Path) -> None:
    TelemetryRecorder(tmp_path / "home").withdraw_consent(delete_local_data=True)
    assert not (tmp_path / "home").exists()


def test_consenting_again_goes_on_where_it_stopped(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    made.record_cost_savings(tokens_saved_count=1)
    first = made.export_performance_report().name
    made.withdraw_consent()
    recorder(tmp_path).record_cost_savings(tokens_saved_count=1)
    assert [row["tokens_saved_count"] for row in rows(made, "cost_savings")] == [2]
    assert made.export_performance_report().name == first


def test_a_home_is_one_engineers(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    with pytest.raises(RecorderError, match="records another engineer"):
        made.setup_engineer_profile("Bob", "bob@engines.example", consent=True)


def test_setting_up_again_keeps_the_date_of_installation(tmp_path: Path) -> None:
    clock = Clock()
    recorder(tmp_path, clock)
    clock.pass_by(timedelta(days=9))
    made = recorder(tmp_path, clock)
    (row,) = rows(made, "engineer_profile", "installation_date, last_updated, id")
    assert row["installation_date"] == "2025-11-12T12:00:00.000000-05:00"
    assert row["last_updated"] == "2025-11-21 17:00:00.000000"
