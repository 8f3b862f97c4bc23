import logging
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tracking_pipeline.collectors.recorder import TelemetryRecorder
from tracking_pipeline.collectors.store import RecorderError
from tracking_pipeline_tests.collectors.scenario import (
    ADA,
    NO_REPOSITORY,
    NOON,
    TORONTO,
    Clock,
    execution,
    recorder,
    rows,
)

ORIGINAL_COLUMNS = {
    "engineer_profile": "id engineer_name engineer_email machine_hostname machine_platform cpu_info"
    " ram_gb python_version cortex_version installation_date last_updated",
    "performance_metrics": "id engineer_email capability duration_ms success error_type"
    " tokens_saved context_size_tokens timestamp created_at",
    "productivity_metrics": "id engineer_email metric_date commits_count prs_created prs_merged"
    " lines_added lines_deleted test_coverage_percent bugs_fixed code_reviews_completed created_at",
    "cost_savings": "id engineer_email metric_date tokens_saved_count api_calls_avoided"
    " estimated_cost_saved_usd time_saved_minutes created_at",
    "copilot_metrics": "id engineer_email metric_date memory_hits memory_misses context_injections"
    " avg_context_tokens suggestions_accepted suggestions_rejected created_at",
}
ADD_UP = """
import sys
from tracking_pipeline.collectors.recorder import TelemetryRecorder
made = TelemetryRecorder(sys.argv[1])
for number in range(20):
    made.record_cost_savings(tokens_saved_count=1, metric_date="2025-11-12")
    made.execute({"capability_name": "race", "duration_ms": 1, "success": True})
"""
DIE_AFTER = """
import os, signal, sys
from tracking_pipeline.collectors.recorder import TelemetryRecorder
made = TelemetryRecorder(sys.argv[1])
made.record_cost_savings(tokens_saved_count=7, metric_date="2025-11-12")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_database_has_the_tables_of_the_original_and_no_other(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    with closing(sqlite3.connect(made.home / "performance_telemetry.db")) as con:
        tables = con.execute("select name from sqlite_master where type = 'table'").fetchall()
        found = {
            name: " ".join(row[1] for row in con.execute(f"pragma table_info({name})"))
            for (name,) in tables
            if not name.startswith("sqlite_")
        }
    assert found == ORIGINAL_COLUMNS


def test_the_home_and_its_files_are_private(tmp_path: Path) -> None:
    home = recorder(tmp_path).home
    modes = {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}
    assert modes == {"performance_telemetry.db": 0o600, "recorder.db": 0o600}
    assert home.stat().st_mode & 0o777 == 0o700


def test_what_it_writes_is_private_in_a_home_that_others_may_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "recorder.db").touch(mode=0o644)
    file = recorder(tmp_path).export_performance_report()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (*home.glob("*.db"), file)}
    assert modes == dict.fromkeys(("performance_telemetry.db", "recorder.db", file.name), 0o600)
    assert home.stat().st_mode & 0o777 == 0o755


def test_calls_of_one_day_add_up(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    made.record_productivity_metrics(commits_count=1, bugs_fixed=3, test_coverage_percent=70)
    made.record_productivity_metrics(commits_count=2, test_coverage_percent=78.5)
    made.record_cost_savings(tokens_saved_count=10_000, api_calls_avoided=40)
    made.record_cost_savings(tokens_saved_count=5_000, time_saved_minutes=120)
    (work,), (saved,) = rows(made, "productivity_metrics"), rows(made, "cost_savings")
    assert (work["metric_date"], work["commits_count"], work["bugs_fixed"]) == ("2025-11-12", 3, 3)
    assert work["test_coverage_percent"] == 78.5
    assert (saved["tokens_saved_count"], saved["api_calls_avoided"]) == (15_000, 40)
    assert (saved["time_saved_minutes"], saved["estimated_cost_saved_usd"]) == (120, 0.45)


def test_the_mean_context_is_weighed_by_the_injections_of_each_call(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    made.record_copilot_metrics(memory_hits=18, context_injections=30, avg_context_tokens=1000)
    made.record_copilot_metrics(memory_hits=2, context_injections=10, avg_context_tokens=3000)
    made.record_copilot_metrics(context_injections=5)
    (row,) = rows(made, "copilot_metrics")
    # Of 40 injections 30 had 1000 tokens and 10 had 3000.
    assert row["avg_context_tokens"] == 1500
    assert (row["context_injections"], row["memory_hits"]) == (45, 20)


def test_what_nobody_told_is_missing_not_zero(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    made.record_productivity_metrics(bugs_fixed=1)
    made.execute(execution())
    (work,), (done,) = rows(made, "productivity_metrics"), rows(made, "performance_metrics")
    assert (work["commits_count"], work["test_coverage_percent"]) == (None, None)
    assert (done["tokens_saved"], done["error_type"]) == (None, None)


@pytest.mark.parametrize(
    ("at", "local", "utc"),
    [
        (NOON, "2025-11-12T12:00:00.000000", "2025-11-12 17:00:00.000000"),
        (
            datetime(2025, 11, 2, 1, 30, 0, 5, TORONTO),
            "2025-11-02T01:30:00.000005",
            "2025-11-02 05:30:00.000005",
        ),
        (
            datetime(2025, 11, 2, 1, 30, tzinfo=TORONTO, fold=1),
            "2025-11-02T01:30:00.000000",
            "2025-11-02 06:30:00.000000",
        ),
    ],
)
def test_an_execution_keeps_local_time_and_utc(
    tmp_path: Path, at: datetime, local: str, utc: str
) -> None:
    made = recorder(tmp_path)
    made.execute(execution(timestamp=at))
    (row,) = rows(made, "performance_metrics")
    assert (row["timestamp"], row["created_at"]) == (local, utc)


def test_two_executions_of_one_moment_stay_two(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    made.execute(execution())
    made.execute(execution())
    moments = [row["created_at"] for row in rows(made, "performance_metrics")]
    assert moments == ["2025-11-12 17:00:00.000000", "2025-11-12 17:00:00.000001"]


def test_a_day_is_a_day_of_the_engineers_zone(tmp_path: Path) -> None:
    made = recorder(tmp_path, Clock(datetime(2025, 11, 12, 23, 30, tzinfo=TORONTO)))
    made.record_cost_savings(tokens_saved_count=1)
    made.record_cost_savings(tokens_saved_count=1, metric_date=date(2025, 11, 1))
    dates = [row["metric_date"] for row in rows(made, "cost_savings")]
    assert dates == ["2025-11-12", "2025-11-01"]


def test_a_timed_block_records_its_success(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    with made.timed("code_review", context_size_tokens=2048) as tokens:
        tokens["tokens_saved"] = 1500
    (row,) = rows(made, "performance_metrics")
    assert (row["capability"], row["success"], row["error_type"]) == ("code_review", 1, None)
    assert (row["tokens_saved"], row["context_size_tokens"]) == (1500, 2048)
    assert 0 <= row["duration_ms"] < 10_000


def test_a_timed_block_records_its_error_and_lets_it_pass(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    with pytest.raises(TimeoutError, match="too long"), made.timed("code_review"):
        raise TimeoutError("too long")
    (row,) = rows(made, "performance_metrics")
    assert (row["success"], row["error_type"]) == (0, "TimeoutError")


def test_a_timed_block_that_cannot_be_recorded_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ran = []
    with caplog.at_level(logging.WARNING), TelemetryRecorder(tmp_path / "home").timed("any"):
        ran.append(1)
    assert ran == [1]
    assert "not recorded" in caplog.text


def test_a_timed_block_hardly_waits_for_a_store_that_others_hold(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = recorder(tmp_path)
    with closing(sqlite3.connect(made.home / "performance_telemetry.db")) as rival:
        rival.execute("begin exclusive")
        started = time.monotonic()
        with caplog.at_level(logging.WARNING), made.timed("code_review"):
            pass
        waited = time.monotonic() - started
    assert "locked" in caplog.text
    assert 0.5 < waited < 10


BEYOND = timezone(timedelta(hours=14, minutes=1))


@pytest.mark.parametrize(
    "record",
    [
        lambda made: made.execute(execution(duration_ms=float("nan"))),
        lambda made: made.execute(execution(duration_ms=None)),
        lambda made: made.execute(execution(duration_ms=10**400)),
        lambda made: made.execute(execution(tokens_saved=10**5000)),
        lambda made: made.execute(execution(timestamp=datetime.max.replace(tzinfo=TORONTO))),
        lambda made: made.execute(execution(timestamp=NOON.replace(tzinfo=BEYOND))),
        lambda made: made.execute(execution(success=1)),
        lambda made: made.execute(execution(tokens_saved=-1)),
        lambda made: made.execute(execution(tokens_saved=2**63)),
        lambda made: made.execute(execution(capability_name=" ")),
        lambda made: made.execute(execution(capability_name="\ud800")),
        lambda made: made.execute(execution(error_type="two\nlines")),
        lambda made: made.execute(execution(tokens=1)),
        lambda made: made.execute(execution(timestamp=datetime(2025, 11, 12))),  # noqa: DTZ001 - at fault
        lambda made: made.record_productivity_metrics(commits_count=1.5),
        lambda made: made.record_productivity_metrics(commits_count=True),
        lambda made: made.record_productivity_metrics(test_coverage_percent=101),
        lambda made: made.record_cost_savings(estimated_cost_saved_usd=9),
        lambda made: made.record_cost_savings(tokens_saved_count=1, metric_date="12.11.2025"),
        lambda made: made.record_cost_savings(tokens_saved_count=1, metric_date="2025-W01-1"),
        lambda made: made.record_cost_savings(tokens_saved_count=1, metric_date="20251112"),
        lambda made: made.record_cost_savings(tokens_saved_count=1, metric_date=NOON),
        lambda made: made.record_cost_savings(tokens_saved_count=1, metric_date=10**5000),
        lambda made: made.collect(NO_REPOSITORY, "yesterday"),
        lambda made: made.export_performance_report(days=0),
        lambda made: made.export_performance_report(days=10**9),
        lambda made: made.export_performance_report(days=10**5000),
        lambda made: made.executive_summary(days=NOON.toordinal() + 1),
        lambda made: made.export_performance_report(folder="\0"),
        lambda made: made.export_performance_report(folder=5),
        lambda made: made.export_performance_report(folder="/dev/null/nowhere"),
    ],
)
def test_what_is_at_fault_raises_the_recorders_own_error(
    tmp_path: Path, record: Callable[[TelemetryRecorder], object]
) -> None:
    made = recorder(tmp_path)
    with pytest.raises(RecorderError):
        record(made)
    assert rows(made, "performance_metrics") == rows(made, "cost_savings") == []


def test_a_window_may_begin_with_the_first_of_all_dates(tmp_path: Path) -> None:
    said = recorder(tmp_path).executive_summary(NOON.toordinal())
    assert said.startswith("0001-01-01 to 2025-11-12, ")


def test_a_home_that_cannot_be_raises_the_recorders_own_error() -> None:
    with pytest.raises(RecorderError, match="Name a folder"):
        TelemetryRecorder("~nobody-of-this-name/home")


def test_a_sum_that_no_column_can_hold_raises_the_recorders_own_error(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    made.record_cost_savings(api_calls_avoided=2**63 - 1)
    with pytest.raises(RecorderError):
        made.record_cost_savings(api_calls_avoided=1)
    assert rows(made, "cost_savings")[0]["api_calls_avoided"] == 2**63 - 1


def test_a_damaged_file_raises_the_recorders_own_error(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    (made.home / "recorder.db").write_bytes(b"no database" * 1000)
    with pytest.raises(RecorderError, match="not a database"):
        made.execute(execution())


def test_processes_that_record_at_once_lose_nothing(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    command = (sys.executable, "-c", ADD_UP, str(made.home))
    rivals = [subprocess.Popen(command) for _ in range(3)]
    assert [rival.wait(timeout=120) for rival in rivals] == [0, 0, 0]
    assert [row["tokens_saved_count"] for row in rows(made, "cost_savings")] == [60]
    moments = [row["created_at"] for row in rows(made, "performance_metrics")]
    assert len(set(moments)) == len(moments) == 60


def test_rivals_can_create_one_home(tmp_path: Path) -> None:
    setup = "import sys; from tracking_pipeline.collectors.recorder import TelemetryRecorder as R; "
    setup += f"R(sys.argv[1]).setup_engineer_profile('Ada', {ADA!r}, consent=True)"
    command = (sys.executable, "-c", setup, str(tmp_path / "home"))
    rivals = [subprocess.Popen(command) for _ in range(3)]
    assert [rival.wait(timeout=120) for rival in rivals] == [0, 0, 0]
    assert len(rows(TelemetryRecorder(tmp_path / "home"), "engineer_profile")) == 1


def test_a_killed_process_leaves_what_it_had_recorded(tmp_path: Path) -> None:
    made = recorder(tmp_path)
    done = subprocess.run((sys.executable, "-c", DIE_AFTER, str(made.home)), check=False)
    assert done.returncode == -9
    made.record_cost_savings(tokens_saved_count=1)
    assert [row["tokens_saved_count"] for row in rows(made, "cost_savings")] == [8]


def test_the_machine_is_described(tmp_path: Path) -> None:
    (row,) = rows(recorder(tmp_path), "engineer_profile")
    assert row["machine_hostname"]
    assert row["machine_platform"] in {"Linux", "Darwin", "Windows"}
    assert row["python_version"] == ".".join(map(str, sys.version_info[:3]))
    assert row["ram_gb"] is None or row["ram_gb"] > 0


def test_the_present_is_local_and_aware(tmp_path: Path) -> None:
    made = TelemetryRecorder(tmp_path / "home")
    made.setup_engineer_profile("Ada", ADA, consent=True)
    before = datetime.now(UTC)
    made.execute(execution())
    (row,) = rows(made, "performance_metrics")
    recorded = datetime.fromisoformat(row["created_at"]).replace(tzinfo=UTC)
    assert before <= recorded <= datetime.now(UTC)
