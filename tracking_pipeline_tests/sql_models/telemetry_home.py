"""Telemetry landed by the product's own rooms, and the marts of its value."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.ingest import ingest
from tracking_pipeline.pipeline.inputs import deliver
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.store import open_store
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import build
from tracking_pipeline_tests.sql_models.selection import with_ancestors

SHIPPED = Path(__file__).parents[2] / "tracking_pipeline" / "demo" / "telemetry"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARTS = {
    "engineer_value",
    "engineer_capability_value",
    "team_value",
    "platform_value",
    "capability_value",
    "value_export_checks",
    "exported_team_value",
}


def land(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    paths: Iterable[Path],
    now: datetime = NOW,
) -> None:
    """Deliver the files and take them in."""
    deliver(settings, list(paths), "telemetry")
    with open_store(settings) as store:
        ledger.scan(settings, store, now)
        due = ledger.scan(settings, store, now + timedelta(seconds=10))
    ingest(settings, con, due, now=now, progress=lambda _: None)


def build_value(
    con: duckdb.DuckDBPyConnection, project: Project, *more: str, **variables: object
) -> None:
    """Build the marts of the value, and ``more``, with all that they and their tests read."""
    select = with_ancestors(project, {*MARTS, *more})
    results = build(con, select, **variables)
    assert {result.name: result.error for result in results if result.error} == {}


def lines(file: Path, *records: Mapping[str, object]) -> Path:
    """Write the records as JSONL and return the file."""
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return file
