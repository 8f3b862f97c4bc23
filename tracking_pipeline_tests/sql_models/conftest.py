"""An empty warehouse, and one with the shipped real logs landed and built by our own rooms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.ingest import ingest
from tracking_pipeline.pipeline import building
from tracking_pipeline.pipeline.inputs import deliver
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.state.store import open_store
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import build, opened, put

ROOT = Path(__file__).parents[2]
LOGS = ROOT / "tracking_pipeline" / "demo" / "engine_logs"
NOW = datetime(2025, 9, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def sql_project() -> Project:
    return building.sql_project()


def land(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    files: list[Path],
    source: str = "engine_logs",
    now: datetime = NOW,
) -> None:
    deliver(settings, files, source)
    with open_store(settings) as store:
        ledger.scan(settings, store, now)
        due = ledger.scan(settings, store, now + timedelta(seconds=10))
    ingest(settings, con, due, now=now, progress=lambda _: None)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse with nothing landed, and what is built of that."""
    put(tmp_path / "warehouse.duckdb")
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse with every shipped log: one_week first, the rest in a second build."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"))
    rest = [LOGS / name for name in ("production_logs", "brain_trace_logs", "database_logs")]
    with opened(settings) as con:
        for logs in ([LOGS / "one_week"], rest):
            land(settings, con, logs)
            results = build(con)
            assert {result.status for result in results} <= {"built", "unchanged"}
        yield con
