"""A week of the tables is the window of the same days, whatever this computer knows of zones."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import duckdb

from tracking_pipeline.analysis.figures import figures
from tracking_pipeline.settings import load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import build, opened
from tracking_pipeline_tests.other_rules import vancouver_like_kathmandu
from tracking_pipeline_tests.sql_models.conftest import land
from tracking_pipeline_tests.sql_models.selection import with_ancestors

VANCOUVER = "America/Vancouver"
# Sunday, July 6 begins in Vancouver at 07:00 UTC.
MIDNIGHT = datetime(2025, 7, 6, 7, tzinfo=UTC)
NOW = datetime(2025, 9, 1, 12, tzinfo=UTC)


def message(number: int, at: datetime) -> str:
    return json.dumps(
        {
            "log_type": "campaign_generation",
            "session_id": f"{number:08}",
            "timestamp": at.isoformat(),
            "lead_identifier": {"name": "L"},
            "generation_output": {"message_quality_score": 70},
            "training_labels": {"message_approved": True},
        }
    )


def asked(con: duckdb.DuckDBPyConnection, project: Project, sunday: date) -> float:
    """Return how many messages the week of that Sunday has as a window."""
    start, end = (datetime.combine(sunday + timedelta(days=days), time()) for days in (0, 7))
    found = figures(
        con, project, system="production_logs", start=start, end=end, zone=VANCOUVER
    ).filter(metric="total_messages", entity_id="campaign_generation")
    return float(found["value"].item())


def test_a_week_begins_at_one_instant(sql_project: Project, tmp_path: Path) -> None:
    """Seven messages before midnight, eleven from it on."""
    minutes = (timedelta(minutes=number) for number in range(-7, 11))
    logs = tmp_path / "logs.jsonl"
    lines = [message(number, MIDNIGHT + each) for number, each in enumerate(minutes)]
    logs.write_text("\n".join(lines) + "\n", "utf-8")
    needed = with_ancestors(sql_project, {"metric_weekly", "expected_figures"})
    with (
        vancouver_like_kathmandu(tmp_path),
        opened(load_settings(home=tmp_path / "home")) as con,
    ):
        land(load_settings(home=tmp_path / "home"), con, [logs], now=NOW)
        results = build(con, needed, reporting_timezone=VANCOUVER)
        assert [result.error for result in results if result.error] == []
        query = "select week_start, value from marts.metric_weekly where metric = 'total_messages'"
        weeks = con.execute(f"{query} and entity_type = 'log_type' order by 1").fetchall()
        assert weeks == [(date(2025, 6, 29), 7), (date(2025, 7, 6), 11)]
        assert [asked(con, sql_project, week) for week, _ in weeks] == [7, 11]
