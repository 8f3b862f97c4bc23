"""The published snapshot: what readers open while the one writer goes on writing."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import duckdb

from tracking_pipeline.errors import SnapshotMissingError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import limit
from tracking_pipeline.warehouse.engine_errors import without_values
from tracking_pipeline.warehouse.parts import bring_up_to_date
from tracking_pipeline.warehouse.published import Contents, EventFile, Relation, contents, export
from tracking_pipeline.warehouse.swap import literal, quote

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

_FOLDER = "snapshots"
"""The variable of a connection by which views find their files, wherever the home was moved to."""

_SNAPSHOT = re.compile(r"snapshot_\d{8,}\.duckdb")
# Whatever else a reader's query raises tells of the files: there is no one kind of that.
_OF_A_QUERY = (duckdb.ParserException, duckdb.DataError, duckdb.InterruptException)
# The last: views of former versions name their files by where the home lay then.
_OF_ANOTHER_VERSION = (
    *(duckdb.CatalogException, duckdb.BinderException),
    duckdb.PermissionException,
)
_PUBLISH_ANEW = "Delete that folder and run `tracking run`: it publishes anew"

FORMAT = "1"
"""Raise it when another thing is written of the same rows: they are published anew."""

WHOLE_EVERY = 96
"""Every so many versions, once a day, one is written whole: it carries on no damage to a file."""

_opening = RLock()


def publish(settings: Settings, con: duckdb.DuckDBPyConnection, *, is_new: bool = False) -> str:
    """Publish the writer's warehouse as a new version and return it.

    Only event batches, and parts of tables, that the version before does not hold are written.
    Readers see the old version or the new one, whatever happens; the version before stays for
    those who still read it. One that ``is_new`` carries on nothing, and no other stays beside it.
    What fails, on a full disk above all, leaves nothing behind.
    """
    folder = settings.snapshots_dir
    folder.mkdir(parents=True, exist_ok=True)
    current = _current(folder)
    version = _next_version(folder, current)
    try:
        _publish(con, folder, current, version, is_new=is_new)
    except Exception:
        _remove_unpublished(folder, version)
        raise
    return version


def _publish(
    con: duckdb.DuckDBPyConnection, folder: Path, current: str | None, version: str, *, is_new: bool
) -> None:
    held = None if current is None or is_new else _event_files(folder, current)
    before = held or []
    found = contents(con)
    files = export(con, found, before, folder, version)
    fresh = folder / f"publishing_{version}.duckdb"
    is_whole = current is None or held is None or int(version) % WHOLE_EVERY == 0
    _write_tables(con, found, fresh, None if is_whole else folder / str(current))
    failpoint("publish.tables_written")
    _create_views(fresh, found, files, folder)
    failpoint("publish.views_created")
    for path in [fresh, *(folder / file.path for file in files if file not in before)]:
        _sync(path)
        _sync(path.parent)
    name = f"snapshot_{version}.duckdb"
    fresh.rename(folder / name)
    failpoint("publish.renamed")
    _point(folder, name)
    failpoint("publish.pointed")
    kept = {name, None if is_new else current}
    _remove_all_but(folder, kept, {file.path for file in [*files, *before]})


@contextmanager
def open_snapshot(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the current snapshot, read-only, able to touch nothing but the snapshots' folder.

    A reader keeps its version, and only two versions are kept. Raises SnapshotMissingError when
    nothing is published, when what is published is damaged, and when it lacks what is asked for.
    """
    folder = settings.snapshots_dir
    with _opened(settings, folder) as con:
        try:
            yield con
        except _OF_ANOTHER_VERSION as error:
            reason = f"was published by another version ({_first_line(error)})"
            raise SnapshotMissingError(str(folder), reason, "Run `tracking run`") from error
        except duckdb.Error as error:
            if isinstance(error, _OF_A_QUERY):
                raise
            raise SnapshotMissingError(
                str(folder), f"cannot be read ({without_values(error)})", _PUBLISH_ANEW
            ) from error


def _first_line(error: Exception) -> str:
    """Return what is missing: the lines after it guess at what was meant, and quote the query."""
    return str(error).partition("\n")[0]


def _opened(settings: Settings, folder: Path) -> duckdb.DuckDBPyConnection:
    current = _current(folder)
    if current is None:
        raise SnapshotMissingError(
            str(folder), "nothing has been published", "Run `tracking run` once"
        )
    with _opening:
        try:
            con = duckdb.connect(str(folder / current), read_only=True, config=_CONFIG)
        except duckdb.Error as error:
            if _current(folder) != current:
                return _opened(settings, folder)
            raise SnapshotMissingError(
                str(folder / current), f"cannot be opened ({without_values(error)})", _PUBLISH_ANEW
            ) from error
        # Connections of one process to one file share the database, and so its locked settings.
        if not con.execute("select current_setting('lock_configuration')").fetchall()[0][0]:
            spill = folder / f"{Path(current).stem}.spill_{os.getpid()}"
            limit(con, settings, [folder], spill=spill)
    _stand_in(con, folder)
    return con


def read_whole(con: duckdb.DuckDBPyConnection) -> None:
    """Read every value of every table and event file: nothing less shows that all are there."""
    tables = con.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = current_database()"
    ).fetchall()
    leaves = con.execute("select distinct leaf from meta.event_files").fetchall()
    for relation in [*(str(Relation(*table)) for table in tables), *(leaf for (leaf,) in leaves)]:
        con.execute(f"select bit_xor(hash(columns(*))) from {relation}").fetchall()


def _stand_in(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    con.execute(f"set variable {_FOLDER} = {literal(folder)}")


def published_version(settings: Settings) -> str | None:
    """Return what names the current snapshot, another at each publication; None without one."""
    name = _current(settings.snapshots_dir)
    return name if name and (settings.snapshots_dir / name).exists() else None


def _current(folder: Path) -> str | None:
    """Return the file that is current; None where there is none, or no such name."""
    try:
        name = (folder / "CURRENT").read_bytes().decode(errors="replace").strip()
    except FileNotFoundError:
        return None
    return name if _SNAPSHOT.fullmatch(name) else None


def _next_version(folder: Path, current: str | None) -> str:
    """Return a version that no file here has, nor any that was removed."""
    names = [path.name for path in folder.glob("*_*.duckdb")] + ([current] if current else [])
    taken = [int(Path(name).stem.rpartition("_")[2]) for name in names]
    return f"{max(taken, default=0) + 1:08}"


def _event_files(folder: Path, name: str) -> list[EventFile] | None:
    """Return the event files of a snapshot; None when it is broken, so that all is made anew."""
    try:
        with duckdb.connect(str(folder / name), read_only=True, config=_CONFIG) as con:
            rows = con.execute("select leaf, path, checksum, last_batch from meta.event_files")
            files = [EventFile(*row) for row in rows.fetchall()]
            con.execute("from meta.parts")
    except duckdb.Error:
        return None
    return files if all((folder / file.path).exists() for file in files) else None


def _write_tables(
    con: duckdb.DuckDBPyConnection, found: Contents, fresh: Path, before: Path | None
) -> None:
    """Write the tables over a copy of the version ``before``; all anew when that is damaged."""
    if before is not None:
        shutil.copyfile(before, fresh)
        failpoint("publish.file_copied")
    try:
        with _attached(con, fresh):
            bring_up_to_date(con, found.tables)
    except duckdb.Error:
        if before is None:
            raise
        for path in (fresh, fresh.with_name(f"{fresh.name}.wal")):
            path.unlink(missing_ok=True)
        _write_tables(con, found, fresh, None)


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, fresh: Path) -> Iterator[None]:
    con.execute(f"attach {literal(fresh)} as published")
    try:
        yield
    finally:
        con.execute("detach published")


def _create_views(fresh: Path, found: Contents, files: Sequence[EventFile], folder: Path) -> None:
    """Create the leaves over their files, then the views above them by their own SQL."""
    with duckdb.connect(str(fresh), config=_CONFIG) as con:
        _stand_in(con, folder)
        for schema in {view.schema for view in (*found.leaves, *found.views)}:
            con.execute(f"create schema if not exists {quote(schema)}")
        for leaf in found.leaves:
            paths = [literal(f"/{file.path}") for file in files if file.leaf == str(leaf)]
            places = ", ".join(f"getvariable('{_FOLDER}') || {path}" for path in paths)
            con.execute(f"create view {leaf} as from read_parquet([{places}])")
        for view in found.views:
            con.execute(found.sql[view])
        con.execute(
            "create or replace table meta.event_files "
            "(leaf varchar, path varchar, checksum varchar, last_batch bigint)"
        )
        if files:
            rows = [[file.leaf, file.path, file.checksum, file.last_batch] for file in files]
            con.executemany("insert into meta.event_files values (?, ?, ?, ?)", rows)
        con.execute("checkpoint")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _point(folder: Path, name: str) -> None:
    pointer = folder / "CURRENT.new"
    pointer.write_text(name + "\n", encoding="utf-8")
    _sync(pointer)
    failpoint("publish.pointer_written")
    pointer.replace(folder / "CURRENT")
    _sync(folder)


def _remove_unpublished(folder: Path, version: str) -> None:
    """Remove what was written of a version that readers were never pointed at."""
    if _current(folder) == f"snapshot_{version}.duckdb":
        return
    for half in (
        *folder.glob(f"*_{version}.duckdb*"),
        *folder.glob(f"events/*/{version}.parquet"),
        *folder.glob("CURRENT.new"),
    ):
        half.unlink(missing_ok=True)


def _remove_all_but(folder: Path, names: set[str | None], events: set[str]) -> None:
    for path in folder.glob("*_*.duckdb*"):
        if path.name not in names:
            path.unlink()
    for spill in folder.glob("*.spill_*"):
        if f"{spill.stem}.duckdb" not in names:
            shutil.rmtree(spill)
    for path in folder.glob("events/*/*.parquet"):
        if str(path.relative_to(folder)) not in events:
            path.unlink()
