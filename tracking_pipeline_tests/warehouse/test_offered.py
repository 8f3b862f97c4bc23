"""A small warehouse is published and offered to other tools."""

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import OfferError, SnapshotMissingError
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.offered import Described, offer
from tracking_pipeline.warehouse.snapshot import open_snapshot, publish

MODELS = """
    create schema landing; create schema marts; create schema seeds;
    create table landing.message (record_id varchar, score double, extras varchar, batch_id bigint);
    insert into landing.message values ('r1', 0.5, '{}', 1), ('r2', 1.5, '{}', 1);
    create view marts.message_events as select record_id, score, batch_id from landing.message;
    create table seeds.systems as select 'logs' as system;
    create table marts.metric_daily as select 'a' as metric, 1.25::double as value;
"""
TABLES = {"marts.message_events", "marts.metric_daily", "seeds.systems"}
DESCRIPTIONS = {
    ("marts", "metric_daily"): Described("One figure's day", {"value": "In its unit", "gone": "x"})
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "o'brien's home", memory_limit="200MB", threads=1)
    with writer(settings) as con:
        con.execute(MODELS)
        publish(settings, con)
    return settings


def opened(settings: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(settings.tables_dir / "tracking.duckdb"), read_only=True)


def test_every_published_table_stands_in_the_database_and_as_parquet(settings: Settings) -> None:
    offered = offer(settings, DESCRIPTIONS)
    with closing(opened(settings)) as con, open_snapshot(settings) as snapshot:
        for table in TABLES:
            schema, name = table.split(".")
            rows = snapshot.execute(f"from {table} order by all").fetchall()
            parquet = settings.tables_dir / "parquet" / schema / f"{name}.parquet"
            read = duckdb.read_parquet(str(parquet)).order("all").fetchall()
            assert con.execute(f"from {table} order by all").fetchall() == read == rows
    assert offered.n_tables == len(TABLES)


def test_descriptions_are_comments_and_stand_in_the_guide(settings: Settings) -> None:
    offer(settings, DESCRIPTIONS)
    with closing(opened(settings)) as con:
        of_table = "select comment from duckdb_tables() where table_name = 'metric_daily'"
        assert con.execute(of_table).fetchall() == [("One figure's day",)]
        of_column = "select comment from duckdb_columns() where comment is not null"
        assert con.execute(of_column).fetchall() == [("In its unit",)]
    guide = (settings.tables_dir / "README.md").read_text(encoding="utf-8")
    assert "| `marts.metric_daily` | One figure's day |" in guide


def test_nothing_private_is_offered(settings: Settings) -> None:
    offer(settings, {})
    with closing(opened(settings)) as con:
        names = con.execute("select table_schema from information_schema.tables").fetchall()
        assert {name for (name,) in names} == {"marts", "seeds", "main"}
    files = [path for path in settings.tables_dir.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o444}


def test_who_has_the_old_version_open_keeps_it(settings: Settings) -> None:
    offer(settings, {})
    held = opened(settings)
    with writer(settings) as con:
        con.execute("update marts.metric_daily set value = 2; drop table seeds.systems")
        publish(settings, con)
    offer(settings, {})
    assert held.execute("select value from marts.metric_daily").fetchall() == [(1.25,)]
    held.close()
    with closing(opened(settings)) as con:
        assert con.execute("select value from marts.metric_daily").fetchall() == [(2,)]
    assert not list(settings.tables_dir.rglob("systems.parquet"))


def test_files_of_others_stay(settings: Settings) -> None:
    offer(settings, {})
    mine = settings.tables_dir / "extracts" / "my.hyper"
    mine.parent.mkdir()
    mine.write_bytes(b"mine")
    offer(settings, {})
    assert mine.read_bytes() == b"mine"


def test_what_cannot_be_written_leaves_the_old_files_and_says_so(settings: Settings) -> None:
    offer(settings, {})
    before = (settings.tables_dir / "tracking.duckdb").read_bytes()
    blocked = settings.tables_dir / "parquet" / "marts" / "metric_daily.parquet"
    blocked.unlink()
    blocked.mkdir()
    with pytest.raises(OfferError, match="cannot be written"):
        offer(settings, {})
    assert (settings.tables_dir / "tracking.duckdb").read_bytes() == before


def test_what_a_killed_process_left_is_swept(settings: Settings) -> None:
    left = settings.snapshots_dir / "offering_1"
    left.mkdir()
    offer(settings, {})
    assert not left.exists()
    assert not list(settings.snapshots_dir.glob("offering_*"))


def test_nothing_published_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissingError):
        offer(Settings(home=tmp_path), {})
