"""One batch of one source into the warehouse, in one transaction or not at all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import duckdb

from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing.archive import object_path
from tracking_pipeline.landing.books import close_batch, count_fates, open_batch
from tracking_pipeline.landing.erased import named, note_erased, note_returned
from tracking_pipeline.landing.identity import find_losers
from tracking_pipeline.landing.journal import Entry
from tracking_pipeline.landing.settled import note_dismissed, note_right, open_right
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.projection import landed_columns
from tracking_pipeline.sources.record import RecordKind, Source, SourceFile
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state.dismissals import dismissed
from tracking_pipeline.state.erasures import tombstoned
from tracking_pipeline.state.keys import pseudonym_key
from tracking_pipeline.state.moments import naive_utc
from tracking_pipeline.state.people import remember
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import transaction
from tracking_pipeline.warehouse.swap import quote


class Reader(Protocol):
    """What fills ``parsed_<kind>`` and the other tables of `sources/read.py`."""

    def __call__(  # noqa: PLR0913 - the door of the room below
        self,
        con: duckdb.DuckDBPyConnection,
        source: Source,
        files: Sequence[SourceFile],
        limits: Settings,
        *,
        key: bytes,
        now: datetime,
    ) -> None:
        """Read ``files`` into the temporary tables, replacing what they held."""


def load(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    batch_id: int,
    entries: Sequence[Entry],
    read: Reader,
) -> None:
    """Read the archived ``entries``, all of one source, and commit what comes of them."""
    source = _parse(settings, con, batch_id, entries, read)
    with transaction(con):
        _fill(con, source, entries)
        with open_store(settings) as store:
            remember(store, named(con, source), max(entry.received_at for entry in entries))
        failpoint("ingest.people_remembered")


def rehearse(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    batch_id: int,
    entry: Entry,
    read: Reader,
) -> None:
    """Do with one entry what ``load`` does and undo it: raises what it would raise."""
    source = _parse(settings, con, batch_id, [entry], read)
    con.begin()
    try:
        _fill(con, source, [entry])
    finally:
        con.rollback()


def _parse(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    batch_id: int,
    entries: Sequence[Entry],
    read: Reader,
) -> Source:
    unread = open_batch(con, batch_id, entries)
    source = SOURCES[entries[0].delivery.source]
    files = [_source_file(settings, entry) for entry in entries if entry.file_id in unread]
    received_at = max(entry.received_at for entry in entries)
    read(con, source, files, settings, key=pseudonym_key(settings), now=received_at)
    with open_store(settings) as store:
        note_erased(con, tombstoned(store))
        note_dismissed(con, dismissed(store))
    failpoint("ingest.parsed")
    return source


def _source_file(settings: Settings, entry: Entry) -> SourceFile:
    return SourceFile(
        file_id=entry.file_id,
        path=object_path(settings.archive_dir, entry.object_hash),
        start_offset=0,
        timezone=entry.timezone,
        client_id=entry.client_id,
        provenance="measured",
        name=entry.delivery.relative_path,
        content_hash=entry.content_hash,
        received_at=naive_utc(entry.received_at),
        is_continued=entry.start_offset > 0,
        is_complete=entry.is_complete,
    )


def _fill(con: duckdb.DuckDBPyConnection, source: Source, entries: Sequence[Entry]) -> None:
    failpoint("ingest.transaction_begun")
    open_right(con)
    for kind in source.kinds:
        _insert(con, kind)
    close_batch(con, entries)
    failpoint("ingest.books_written")


def _insert(con: duckdb.DuckDBPyConnection, kind: RecordKind) -> None:
    parsed = quote(f"parsed_{kind.name}")
    if not con.execute(f"select 1 from {parsed} limit 1").fetchall():
        return
    find_losers(con, kind)
    note_returned(con, parsed)
    count_fates(con, kind.name, parsed)
    note_right(con, parsed)
    failpoint("ingest.losers_found")
    landed = ", ".join(f"p.{quote(name)}" for name, _ in landed_columns(kind))
    con.execute(
        f"insert into landing.{quote(kind.table)} by name "
        f"select {landed}, "
        "(select any_value(batch_id) from batch_files) as batch_id "
        f"from {parsed} as p anti join losers as l on p.rowid = l.row_id"
    )
    failpoint("ingest.rows_inserted")
