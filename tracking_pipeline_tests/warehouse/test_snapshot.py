"""A small warehouse whose views stand on landed records, published and read."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tracking_pipeline.errors import DiskFullError, SnapshotMissingError, disk_full
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse import published, snapshot
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import (
    open_snapshot,
    publish,
    published_version,
    read_whole,
)
from tracking_pipeline_tests.forks import run_apart
from tracking_pipeline_tests.full_disk import full_disk

MODELS = """
    create schema landing; create schema staging; create schema intermediate;
    create schema marts; create schema seeds; create schema analysis;
    create table landing.message (
        record_id varchar, observed_at timestamp, score double, extras varchar, batch_id bigint
    );
    create table landing.quarantine (raw blob);
    insert into landing.quarantine values ('secret');
    create view staging.stg_message as with source as (select * from landing.message)
        select * from source;
    create view intermediate.message_measures as
        select record_id, 'score' as measure, score as value, batch_id from staging.stg_message;
    create view marts.message_events as
        select record_id, observed_at, score, batch_id from "staging"."stg_message";
    create view marts.observations as select * from intermediate.message_measures;
    create table seeds.systems as select 'logs' as system;
    create table marts.metric_daily as select 1 as n;
    create table marts.metric_daily__new as select 2 as n;
"""
RELATIONS = ("marts.message_events", "marts.observations", "seeds.systems", "marts.metric_daily")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "o'brien's home", memory_limit="200MB", threads=1)


@pytest.fixture
def con(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with writer(settings) as connection:
        connection.execute(MODELS)
        land(connection, 1)
        yield connection


def land(con: duckdb.DuckDBPyConnection, batch: int, n: int = 3) -> None:
    con.execute(
        f"insert into landing.message select 'r{batch}-' || i, timestamp '2025-06-29' + interval "
        f"(i) second, i / 7, '{{}}', {batch} from range({n}) as numbers (i)"
    )


def rows(con: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[object, ...]]:
    return con.execute(f"from {relation} order by all").fetchall()


def events(settings: Settings) -> dict[str, tuple[int, int]]:
    """Return the event files by path, with what tells that they were not written again."""
    folder = settings.snapshots_dir
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.glob("events/*/*.parquet")
    }


def test_a_snapshot_holds_what_the_warehouse_publishes(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    assert publish(settings, con) == "00000001"
    with open_snapshot(settings) as snapshot:
        for relation in RELATIONS:
            assert rows(snapshot, relation) == rows(con, relation) != []


def test_landed_quarantined_and_unknown_things_stay_behind(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    publish(settings, con)
    with open_snapshot(settings) as snapshot:
        names = snapshot.sql("select schema, name, column_names from (show all tables)").fetchall()
    assert {schema for schema, _, _ in names} == {
        *("marts", "seeds", "intermediate", "staging", "meta")
    }
    assert "metric_daily__new" not in {name for _, name, _ in names}
    assert all("extras" not in columns for _, _, columns in names)


def test_the_next_version_writes_only_new_batches(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    publish(settings, con)
    first = events(settings)
    land(con, 2)
    publish(settings, con)
    second = events(settings)
    assert {path: second[path] for path in first} == first
    (new,) = set(second) - set(first)
    batches = duckdb.read_parquet(str(settings.snapshots_dir / new)).project("batch_id").distinct()
    assert batches.fetchall() == [(2,)]
    with open_snapshot(settings) as snapshot:
        assert rows(snapshot, "marts.observations") == rows(con, "marts.observations")


def test_without_new_batches_no_event_file_is_written(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    publish(settings, con)
    first = events(settings)
    publish(settings, con)
    assert events(settings) == first


def test_a_view_without_rows_is_published_with_its_columns(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute("delete from landing.message")
    publish(settings, con)
    with open_snapshot(settings) as snapshot:
        assert snapshot.sql("describe marts.message_events") is not None
        assert rows(snapshot, "marts.message_events") == []


def test_what_a_view_reads_is_found_in_joins_subqueries_and_under_odd_names(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute("""
        create view intermediate."b's" (n, "x as y") as
            select record_id, value from intermediate.message_measures;
        create view marts.a as
            with seeds as (select 1 as n)
            select n from seeds
            left join marts.metric_daily using (n)
            where exists (select n from intermediate."b's" as it)
    """)
    publish(settings, con)
    with open_snapshot(settings) as reader:
        assert rows(reader, "marts.a") == [(1,)]
        assert len(rows(reader, 'intermediate."b\'s"')) == 3


def test_other_sql_is_exported_anew(settings: Settings, con: duckdb.DuckDBPyConnection) -> None:
    publish(settings, con)
    con.execute(
        "create or replace view staging.stg_message as "
        "select * replace (score * 2 as score) from landing.message"
    )
    publish(settings, con)
    with open_snapshot(settings) as snapshot:
        assert rows(snapshot, "marts.observations") == rows(con, "marts.observations")


def test_many_small_files_become_one(
    settings: Settings, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "MAX_FILES", 3)
    counts = []
    for batch in range(2, 7):
        publish(settings, con)
        counts.append(len(events(settings)))
        land(con, batch)
    # The fourth version exports all anew, beside the three files of the version before it.
    assert counts == [1, 2, 3, 4, 2]
    publish(settings, con)
    with open_snapshot(settings) as snapshot:
        assert rows(snapshot, "marts.observations") == rows(con, "marts.observations")


def test_a_rebuilt_warehouse_shares_no_event_file(settings: Settings) -> None:
    for batch_size in (3, 5):
        settings.warehouse_file.unlink(missing_ok=True)
        with writer(settings) as con:
            con.execute(MODELS)
            land(con, 1, batch_size)
            publish(settings, con)
    with open_snapshot(settings) as snapshot:
        assert len(rows(snapshot, "marts.observations")) == 5


def test_two_versions_are_kept_and_names_are_never_used_again(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    for _ in range(4):
        publish(settings, con)
    kept = sorted(path.name for path in settings.snapshots_dir.glob("*.duckdb"))
    assert kept == ["snapshot_00000003.duckdb", "snapshot_00000004.duckdb"]
    assert (settings.snapshots_dir / "CURRENT").read_text() == kept[1] + "\n"


def test_a_reader_keeps_the_version_it_opened(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    publish(settings, con)
    before = rows(con, "marts.observations")
    with open_snapshot(settings) as old:
        land(con, 2)
        publish(settings, con)
        assert rows(old, "marts.observations") == before
        with open_snapshot(settings) as new:
            assert rows(new, "marts.observations") == rows(con, "marts.observations") != before


def test_two_readers_in_one_process_read_in_utc(
    settings: Settings, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/Toronto")
    publish(settings, con)
    with open_snapshot(settings) as one, open_snapshot(settings) as two:
        for reader in (one, two, two.cursor()):
            zone = reader.execute("select current_setting('TimeZone')").fetchall()
            assert zone == [("UTC",)]


@pytest.mark.parametrize("broken", ["snapshot_*.duckdb", "events/*/*.parquet"])
def test_a_broken_snapshot_is_replaced_by_the_next(
    settings: Settings, con: duckdb.DuckDBPyConnection, broken: str
) -> None:
    publish(settings, con)
    for path in settings.snapshots_dir.glob(broken):
        path.unlink()
    assert publish(settings, con) == "00000002"
    with open_snapshot(settings) as snapshot:
        assert rows(snapshot, "marts.observations") == rows(con, "marts.observations")


def test_a_snapshot_that_cannot_be_opened_is_named(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    publish(settings, con)
    (settings.snapshots_dir / "snapshot_00000001.duckdb").write_bytes(b"not a database")
    with pytest.raises(SnapshotMissingError, match="snapshot_00000001"), open_snapshot(settings):
        pass


def test_a_reader_whose_version_was_replaced_meanwhile_opens_the_current_one(
    settings: Settings, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, con)
    connect = duckdb.connect
    asked = []

    def late(file: str, *, read_only: bool, config: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        """Connect after two more versions were published: the one that was asked for is gone."""
        monkeypatch.setattr(snapshot.duckdb, "connect", connect)
        asked.append(Path(file).name)
        land(con, 2)
        publish(settings, con)
        publish(settings, con)
        return connect(file, read_only=read_only, config=config)

    monkeypatch.setattr(snapshot.duckdb, "connect", late)
    with open_snapshot(settings) as reader:
        assert rows(reader, "marts.observations") == rows(con, "marts.observations")
    assert asked == ["snapshot_00000001.duckdb"]


@pytest.mark.parametrize(
    "forbidden",
    [
        "create table seeds.more as select 1",
        "copy seeds.systems to '{folder}/stolen.csv'",
        "from read_text('/etc/hostname')",
        "attach '{home}/warehouse/warehouse.duckdb' as stolen",
        "set enable_external_access = true",
        "set lock_configuration = false",
    ],
)
def test_a_reader_can_neither_write_nor_leave_the_folder(
    settings: Settings, con: duckdb.DuckDBPyConnection, forbidden: str
) -> None:
    publish(settings, con)
    folders = {"folder": settings.home_dir, "home": settings.home_dir}
    with open_snapshot(settings) as snapshot, pytest.raises(duckdb.Error):
        snapshot.execute(forbidden.format(**folders))


def test_a_home_that_was_moved_or_copied_reads_its_own_files(
    settings: Settings, con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    publish(settings, con)
    right = rows(con, "marts.observations")
    copied = Settings(home=tmp_path / "here, too", memory_limit="200MB", threads=1)
    shutil.copytree(settings.snapshots_dir, copied.snapshots_dir)
    settings.snapshots_dir.rename(tmp_path / "gone")
    with open_snapshot(copied) as snapshot, open_snapshot(copied) as another:
        for reader in (snapshot, another):
            assert rows(reader, "marts.observations") == right


@pytest.mark.parametrize("n_bytes", [0, 100])
def test_event_files_that_are_damaged_are_told_with_a_fix(
    settings: Settings, con: duckdb.DuckDBPyConnection, n_bytes: int
) -> None:
    publish(settings, con)
    for path in settings.snapshots_dir.glob("events/*/*.parquet"):
        os.truncate(path, n_bytes)
    with (
        pytest.raises(SnapshotMissingError, match="Delete that folder and run `tracking run`"),
        open_snapshot(settings) as snapshot,
    ):
        rows(snapshot, "marts.observations")


def test_reading_the_whole_finds_damage_within_a_file(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    publish(settings, con)
    with open_snapshot(settings) as snapshot:
        read_whole(snapshot)
    (file,) = settings.snapshots_dir.glob("events/stg_message/*.parquet")
    content = bytearray(file.read_bytes())
    content[4:40] = bytes(36)
    file.write_bytes(content)
    with pytest.raises(SnapshotMissingError), open_snapshot(settings) as snapshot:
        read_whole(snapshot)


@pytest.mark.parametrize("name", ["", "\x00", "../warehouse/warehouse.duckdb", "snapshot_9.duckdb"])
def test_a_pointer_to_no_snapshot_is_told_and_replaced(
    settings: Settings, con: duckdb.DuckDBPyConnection, name: str
) -> None:
    publish(settings, con)
    (settings.snapshots_dir / "CURRENT").write_text(name)
    with pytest.raises(SnapshotMissingError, match="run`"), open_snapshot(settings):
        pass
    publish(settings, con)
    with open_snapshot(settings) as snapshot:
        assert rows(snapshot, "seeds.systems") == [("logs",)]


@pytest.mark.parametrize(
    "asked", ["select coverage from marts.metric_daily", "from marts.coverage"]
)
def test_what_an_older_version_did_not_publish_is_told_with_the_fix(
    settings: Settings, con: duckdb.DuckDBPyConnection, asked: str
) -> None:
    publish(settings, con)
    told = r"was published by another version \([^\n]*coverage[^\n]*\)\. Run `tracking run`$"
    with pytest.raises(SnapshotMissingError, match=told), open_snapshot(settings) as snapshot:
        snapshot.execute(asked)


def test_without_a_snapshot_the_error_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(SnapshotMissingError, match="tracking run"), open_snapshot(settings):
        pass


def publish_late(settings: Settings) -> None:
    with writer(settings) as con:
        con.execute("insert into landing.message values ('late', '2025-07-01', 0.5, null, 9)")
        publish(settings, con)


FAILPOINTS = (
    *(
        "publish.events_written",
        "publish.file_copied",
        "publish.tables_written",
        "publish.views_created",
    ),
    *("publish.renamed", "publish.pointer_written", "publish.pointed"),
)


@pytest.mark.faults
@pytest.mark.parametrize("point", FAILPOINTS)
def test_a_kill_while_publishing_leaves_the_old_version_or_the_new(
    settings: Settings, point: str
) -> None:
    with writer(settings) as con:
        con.execute(MODELS)
        land(con, 1)
        publish(settings, con)
    before = events(settings)
    assert run_apart(publish_late, settings, TRACKING_FAILPOINT=point) == -signal.SIGKILL
    with open_snapshot(settings) as snapshot:
        assert len(rows(snapshot, "marts.observations")) == (4 if point == "publish.pointed" else 3)
        assert len(rows(snapshot, "marts.message_events")) == len(
            rows(snapshot, "marts.observations")
        )
    with writer(settings) as con:
        publish(settings, con)
        with open_snapshot(settings) as snapshot:
            assert rows(snapshot, "marts.observations") == rows(con, "marts.observations")
    after = events(settings)
    assert {path: after[path] for path in before} == before
    assert len(after) == 2
    assert list(settings.snapshots_dir.glob("publishing_*")) == []


def test_a_snapshot_that_is_gone_is_no_published_one(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    publish(settings, con)
    name = published_version(settings)
    assert name is not None
    (settings.snapshots_dir / name).unlink()
    assert published_version(settings) is None


@pytest.mark.parametrize("n_bytes", [1_000, 20_000, 300_000])
def test_a_full_disk_leaves_the_old_version_and_nothing_else(
    settings: Settings, con: duckdb.DuckDBPyConnection, n_bytes: int
) -> None:
    published = publish(settings, con)
    land(con, 2, 50_000)
    before = sorted(settings.snapshots_dir.rglob("*"))
    con.execute("checkpoint")
    with full_disk(n_bytes), pytest.raises((duckdb.Error, OSError)) as caught:
        publish(settings, con)
    full = disk_full(caught.value)
    assert full is not None
    assert "Make room" in str(full)
    assert sorted(settings.snapshots_dir.rglob("*")) == before
    assert published_version(settings) == f"snapshot_{published}.duckdb"
    assert n_events(settings) == 3


def test_publishing_recovers_when_space_returns(settings: Settings) -> None:
    with writer(settings) as con:
        con.execute(MODELS)
        land(con, 1)
        publish(settings, con)
        land(con, 2, 50_000)
    with pytest.raises(DiskFullError), writer(settings) as con, full_disk(20_000):
        publish(settings, con)
    with writer(settings) as con:
        publish(settings, con)
    assert n_events(settings) == 50_003


def n_events(settings: Settings) -> int:
    with open_snapshot(settings) as reader:
        return int(reader.execute("select count(*) from marts.message_events").fetchall()[0][0])


def test_a_zero_denominator_gives_null_to_the_writer_and_to_readers(
    settings: Settings, con: duckdb.DuckDBPyConnection
) -> None:
    publish(settings, con)
    with open_snapshot(settings) as reader:
        for each in (con, reader):
            assert each.execute("select 1 / 0, 0e0 / 0e0").fetchall() == [(None, None)]
