"""The one writer of the warehouse file: its lock, its limits, its transactions."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import local

import duckdb

from tracking_pipeline.errors import (
    QueryError,
    WarehouseBusyError,
    WarehouseCorruptError,
    disk_full,
)
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.engine_errors import without_values
from tracking_pipeline.warehouse.swap import literal

_LOCK_POLL_SECONDS = 0.05


class _Held(local):
    """The warehouse that this thread writes already, by its file."""

    def __init__(self) -> None:
        self.by_file: dict[Path, duckdb.DuckDBPyConnection] = {}


_held = _Held()


@contextmanager
def writer(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the warehouse, open for writing, to one process at a time; created when missing.

    Who asks for it again within the block gets the same connection: steps that follow one another
    open it once. The operating system's lock dies with its holder. The connection reads and writes
    only below the home and the landing folder.

    Raises WarehouseBusyError after ``writer_wait_seconds``, WarehouseCorruptError when the file
    cannot be opened, and QueryError for an error of the engine that the block does not catch.
    """
    file = settings.warehouse_file
    try:
        if file in _held.by_file:
            yield _held.by_file[file]
            return
        with _opened(settings) as connection:
            _held.by_file[file] = connection
            try:
                yield connection
            finally:
                del _held.by_file[file]
    except duckdb.Error as error:
        # Without its cause, which a traceback or an event would print with the values.
        told = QueryError(str(file), without_values(error), "Run `tracking doctor`")
        raise disk_full(error) or told from None


@contextmanager
def _opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    file = settings.warehouse_file
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(file.with_suffix(".lock"), settings.writer_wait_seconds):
        if not file.exists():
            _create(file)
        with _open(file) as connection:
            folders = [settings.home_dir, settings.landing_dir]
            limit(connection, settings, folders, spill=file.parent / "spill")
            yield connection


def set_aside(settings: Settings, now: datetime) -> Path | None:
    """Move the warehouse out of the way, whatever its state; return where to, None without one."""
    file = settings.warehouse_file
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f"{file.stem}-{now:%Y%m%dT%H%M%S}{file.suffix}")
    with exclusive(file.with_suffix(".lock"), settings.writer_wait_seconds):
        # The log first: an old log beside a new file would be replayed into it.
        log = file.with_name(f"{file.name}.wal")
        if log.exists():
            log.rename(aside.with_name(f"{aside.name}.wal"))
        failpoint("warehouse.log_set_aside")
        return file.rename(aside) if file.exists() else None


def drop_set_aside(settings: Settings) -> None:
    """Remove warehouses that were moved out of the way, and what killed writers spilled."""
    file = settings.warehouse_file
    with exclusive(file.with_suffix(".lock"), settings.writer_wait_seconds):
        for old in file.parent.glob(f"{file.stem}-*"):
            old.unlink()
        shutil.rmtree(file.parent / "spill", ignore_errors=True)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block did, or nothing of it."""
    connection.begin()
    try:
        yield
        failpoint("warehouse.before_commit")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    failpoint("warehouse.after_commit")


def limit(
    connection: duckdb.DuckDBPyConnection, settings: Settings, folders: list[Path], *, spill: Path
) -> None:
    """Bound memory, threads and the files a connection may touch, and lock these settings.

    ``spill`` must be the database's own: two that share it overwrite each other's files.
    """
    allowed = ", ".join(literal(f"{folder}/") for folder in folders)
    connection.execute("set global TimeZone = 'UTC'")
    # Else DuckDB answers infinity to a division by zero, and no report can print that.
    connection.execute("set ieee_floating_point_ops = false")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"set memory_limit = '{settings.memory_limit}'")
    connection.execute(f"set temp_directory = {literal(spill)}")
    connection.execute(f"set threads = {settings.threads or os.cpu_count() or 1}")
    connection.execute(f"set allowed_directories = [{allowed}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


@contextmanager
def exclusive(lock_file: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the file's lock, which dies with its holder; WarehouseBusyError after the wait."""
    deadline = time.monotonic() + wait_seconds
    with lock_file.open("a+") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise WarehouseBusyError(
                        str(lock_file),
                        f"another process has been writing for more than {wait_seconds:g} s",
                        "Wait for its run to end, or stop it",
                    ) from error
                time.sleep(_LOCK_POLL_SECONDS)
        yield


def _create(file: Path) -> None:
    """Create under another name: a kill during creation must not leave half a file."""
    for rest in file.parent.glob("creating-*"):
        rest.unlink()
    fresh = file.parent / f"creating-{os.getpid()}.duckdb"
    failpoint("warehouse.create")
    duckdb.connect(str(fresh)).close()
    failpoint("warehouse.created")
    fresh.rename(file)


def _open(file: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(
            str(file),
            config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
        )
    except (duckdb.Error, duckdb.IOException) as error:
        raise WarehouseCorruptError(
            str(file), f"cannot be opened ({without_values(error)})", "Run `tracking rebuild`"
        ) from error
