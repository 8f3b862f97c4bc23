import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tracking_pipeline.collectors.recorder import TelemetryRecorder
from tracking_pipeline.sources.telemetry.source import SOURCE
from tracking_pipeline_tests.collectors.scenario import ADA, TORONTO, Clock, recorder
from tracking_pipeline_tests.sources.intake_case import deliver

DAILY = ("productivity_day", "cost_saving_day", "copilot_day")


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def worked(folder: Path) -> TelemetryRecorder:
    """The recorder after the seed's day of work and a short day before it."""
    made = recorder(folder)
    execution = {"capability_name": "test_generation", "duration_ms": 3200, "success": True}
    made.execute({**execution, "tokens_saved": 1500, "context_size_tokens": 2048})
    failed = {"capability_name": "code_review", "duration_ms": 0.5, "success": False}
    summer = datetime(2025, 11, 2, 1, 30, tzinfo=TORONTO)
    made.execute({**failed, "error_type": "timeout", "timestamp": summer})
    made.execute({**failed, "error_type": "timeout", "timestamp": summer.replace(fold=1)})
    made.record_productivity_metrics(commits_count=5, prs_merged=1, test_coverage_percent=78.5)
    made.record_productivity_metrics(commits_count=1, metric_date="2025-11-11")
    made.record_cost_savings(
        tokens_saved_count=425_000, api_calls_avoided=45, time_saved_minutes=90
    )
    made.record_copilot_metrics(memory_hits=17, memory_misses=3, suggestions_accepted=42)
    made.record_copilot_metrics(memory_hits=19, memory_misses=1, metric_date="2025-11-11")
    return made


def test_an_export_has_the_profile_with_its_consent_and_then_the_records(tmp_path: Path) -> None:
    told = lines(worked(tmp_path).export_performance_report())
    assert told[0]["kind"] == "engineer_profile"
    assert (told[0]["engineer_email"], told[0]["consented_at"]) == (
        ADA,
        "2025-11-12 17:00:00.000000",
    )
    kinds = [line["kind"] for line in told]
    assert [kinds.count(kind) for kind in ("capability_execution", *DAILY)] == [3, 2, 1, 2]


def test_exported_times_have_their_offset_through_a_change_of_clocks(tmp_path: Path) -> None:
    told = lines(worked(tmp_path).export_performance_report())
    times = [line["timestamp"] for line in told if line["kind"] == "capability_execution"]
    assert times == [
        "2025-11-02T01:30:00.000000-04:00",
        "2025-11-02T01:30:00.000000-05:00",
        "2025-11-12T12:00:00.000000-05:00",
    ]


@pytest.mark.parametrize(
    ("days", "first", "dates"),
    [
        (1, "2025-11-12", ["2025-11-12"]),
        (7, "2025-11-06", ["2025-11-11", "2025-11-12"]),
        (90, "2025-08-15", ["2025-08-15", "2025-11-11", "2025-11-12"]),
        (91, "2025-08-14", ["2025-08-14", "2025-08-15", "2025-11-11", "2025-11-12"]),
    ],
)
def test_a_window_holds_its_number_of_dates(
    tmp_path: Path, days: int, first: str, dates: list[str]
) -> None:
    made = worked(tmp_path)
    for date in ("2025-08-14", "2025-08-15"):
        made.record_productivity_metrics(commits_count=1, metric_date=date)
    file = made.export_performance_report(days)
    assert file.name.endswith(f"-telemetry-{first}-2025-11-12.jsonl")
    told = [line for line in lines(file) if line["kind"] == "productivity_day"]
    assert [line["metric_date"] for line in told] == dates


def test_an_export_appears_whole_and_names_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "team" / "telemetry"
    made = worked(tmp_path)
    file = made.export_performance_report(30, folder)
    again = made.export_performance_report(30, folder)
    assert list(folder.iterdir()) == [file] == [again]
    assert "ada" not in file.name.lower()


def test_the_pipeline_may_read_what_is_exported_into_its_folder(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    (tmp_path / "plain").touch()
    modes = {
        file.stat().st_mode
        for file in (made.export_performance_report(7, tmp_path), tmp_path / "plain")
    }
    assert len(modes) == 1


def test_what_nobody_told_is_not_exported(tmp_path: Path) -> None:
    told = lines(worked(tmp_path).export_performance_report())
    assert all(value is not None for line in told for value in line.values())


def test_the_summary_says_the_figures_of_the_formulas(tmp_path: Path) -> None:
    said = worked(tmp_path).executive_summary(30).splitlines()
    # 425,000 / 1000 * 0.03; * 365 / 30; 90 / 60; 6 / 30; 36 / 40
    assert said == [
        "2025-10-14 to 2025-11-12, 30 days",
        "Tokens saved: 425,000",
        "Cost saved at $0.03 per 1,000 tokens: $12.75",
        "Annual projection: $155.12",
        "Time saved: 1.5 hours",
        "Commits: 6",
        "Commits a day: 0.20",
        "Pull requests merged: 1",
        "Test coverage: 78.5 %",
        "Memory hit rate: 90.0%",
        "Suggestions accepted: 100.0%",
    ]


def test_a_summary_of_nothing_says_so(tmp_path: Path) -> None:
    said = recorder(tmp_path).executive_summary(7).splitlines()
    assert {line.partition(": ")[2] for line in said[1:]} == {"not recorded"}


def test_the_pipeline_reads_a_database_and_an_export_as_the_same_records(tmp_path: Path) -> None:
    made = worked(tmp_path)
    export = made.export_performance_report(90)
    database = made.home / "performance_telemetry.db"
    records = []
    for file in (export, database):
        folder = tmp_path / file.suffix[1:]
        folder.mkdir()
        read = deliver(folder, file.read_bytes(), name=file.name, source=SOURCE)
        assert read.rejected() == []
        for kind in ("engineer_profile", "capability_execution", *DAILY):
            found = read.rows(f"select '{kind}', record_id, observed_at, extras from parsed_{kind}")
            records += [(file.suffix, *row) for row in found]
    of_lines = sorted(row[1:] for row in records if row[0] == ".jsonl")
    of_database = sorted(row[1:] for row in records if row[0] == ".db")
    assert of_lines == of_database
    assert len(of_lines) == 9


def test_the_pipeline_reads_the_true_time_of_a_repeated_hour(tmp_path: Path) -> None:
    export = worked(tmp_path).export_performance_report(90)
    read = deliver(tmp_path, export.read_bytes(), name=export.name, source=SOURCE)
    query = "select observed_at, utc_offset_minutes, zone_basis from parsed_capability_execution"
    found = read.rows(f"{query} order by 1")
    assert [(str(at), offset, basis) for at, offset, basis in found] == [
        ("2025-11-02 05:30:00", -240, "offset"),
        ("2025-11-02 06:30:00", -300, "offset"),
        ("2025-11-12 17:00:00", -300, "offset"),
    ]


def test_the_pipeline_takes_the_newer_version_of_a_day(tmp_path: Path) -> None:
    clock = Clock()
    made = recorder(tmp_path, clock)
    made.record_cost_savings(tokens_saved_count=1)
    early = made.export_performance_report().read_bytes()
    clock.pass_by(timedelta(hours=1))
    made.record_cost_savings(tokens_saved_count=1)
    late = made.export_performance_report().read_bytes()
    read = deliver(tmp_path, early, late, name="x.jsonl", source=SOURCE)
    query = "select tokens_saved_count from parsed_cost_saving_day order by written_at"
    assert read.rows(query) == [(1,), (2,)]
