import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

import tracking_pipeline
from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.ingest import ingest
from tracking_pipeline.pipeline.building import SQL_PROJECT, sql_project
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.store import open_store
from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.lineage import column_lineage
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.transform import scenario
from tracking_pipeline_tests.transform.parity import assert_equal_relations

PACKAGE = Path(tracking_pipeline.__file__).parent
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
_DATABASES = "telemetry/databases"
DELIVERED = (
    ("engine_logs/production_logs", f"{_DATABASES}/john-performance_telemetry.db"),
    ("engine_logs/one_week", f"{_DATABASES}/emily-performance_telemetry.db", "telemetry/exports"),
)
# The second time only rows may differ, and on equal rows our build has run the same data tests.
COMMANDS = (("build", "--exclude-resource-type", "unit_test"), ("run",))
LANDED = "select table_name from duckdb_tables() where database_name = 'warehouse'"


def deliver(settings: Settings, files: Sequence[str]) -> None:
    for name in files:
        landing = settings.landing_dir / name
        landing.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (PACKAGE / "demo" / name).is_dir() else shutil.copy
        copy(PACKAGE / "demo" / name, landing)
    with open_store(settings) as store, writer(settings) as con:
        due = ledger.scan(settings, store, NOW)
        ingest(settings, con, due, now=NOW, progress=lambda *_: None)


def copy_landed(settings: Settings, database: Path) -> None:
    with duckdb.connect(str(database)) as con:
        con.execute(f"attach '{settings.warehouse_file}' as warehouse (read_only)")
        con.execute("create schema if not exists landing")
        for (table,) in con.execute(LANDED).fetchall():
            con.execute(
                f"create or replace table landing.{table} as from warehouse.landing.{table}"
            )


def test_dbt_builds_our_models_to_the_same_rows_first_and_incrementally(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", stable_seconds=0)
    project = sql_project()
    ours, theirs = tmp_path / "ours.duckdb", tmp_path / "theirs.duckdb"
    relations = [
        f"{node.schema}.{node.name}"
        for node in project.nodes.values()
        if node.materialized != "ephemeral"
    ]
    for files, (command, *options) in zip(DELIVERED, COMMANDS, strict=True):
        deliver(settings, files)
        for database in (ours, theirs):
            copy_landed(settings, database)
        with duckdb.connect(str(ours)) as con:
            con.execute("set TimeZone = 'UTC'")
            failed = [result for result in build(con, project) if result.error]
            assert failed == []
        scenario.dbt(command, SQL_PROJECT, theirs, tmp_path / "dbt", *options, profile="tracking")
        assert_equal_relations(ours, theirs, relations)


def test_every_model_has_column_lineage() -> None:
    found = column_lineage(sql_project(), {})
    assert [name for name, columns in found.items() if not columns] == []
