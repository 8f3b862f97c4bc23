"""Refused records: which there are, what they were, and another chance for them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tracking_pipeline.errors import LandingError
from tracking_pipeline.landing import archive
from tracking_pipeline.landing.ingest import Intake, Progress
from tracking_pipeline.landing.journal import Entry
from tracking_pipeline.landing.ledger import Delivery
from tracking_pipeline.landing.load import Reader
from tracking_pipeline.landing.raw import Refused, record_bytes
from tracking_pipeline.landing.summary import IngestSummary
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read as read_files
from tracking_pipeline.sources.tables import as_table
from tracking_pipeline.state.store import open_store


def quarantined(con: duckdb.DuckDBPyConnection, *, with_replayed: bool = False) -> pl.DataFrame:
    """Return one row a refused record, oldest first, without its bytes.

    What has been replayed, or was superseded by a newer version of its file in which its place was
    read again, waits no more and is left out unless asked for.
    """
    return con.execute(_LIST, [with_replayed]).pl()


def show(settings: Settings, con: duckdb.DuckDBPyConnection, quarantine_id: str) -> bytes:
    """Return the refused record as it arrived, whole; LandingError when there is none such."""
    row = _find(con, quarantine_id)
    refused = Refused(
        source=row["source"],
        relative_path=row["relative_path"],
        path=archive.object_path(settings.archive_dir, row["object_hash"]),
        format=row["format"],
        line_number=row["line_number"],
        byte_offset=row["byte_offset"],
        raw=row["raw"],
        raw_size=row["raw_size"],
        is_whole_file=row["outcome"] == "rejected",
    )
    return record_bytes(refused, settings)


def replay(  # noqa: PLR0913 - the door of the room: what, with what, when, and two collaborators
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    quarantine_ids: Sequence[str],
    fixed: Path | None = None,
    *,
    now: datetime,
    progress: Progress = print,
    read: Reader = read_files,
) -> IngestSummary:
    """Read refused records again: what ``fixed`` holds in their place, or their own bytes.

    Each enters as a delivery below ``replays/``, archived like any other; what comes of it, even
    another refusal, has rows of its own. The old rows turn ``replayed`` in the same transaction.
    Raises LandingError for an id that is unknown, has been replayed or is a row of a table.
    """
    rows = {quarantine_id: _find(con, quarantine_id) for quarantine_id in quarantine_ids}
    for quarantine_id, row in rows.items():
        if row["status"] == "replayed":
            raise LandingError(quarantine_id, "has been replayed already", "Replay its successor")
        if as_table(row["format"]):
            fix = f"Correct {row['relative_path']} and deliver it again"
            what = "file" if row["outcome"] == "rejected" else "row"
            raise LandingError(quarantine_id, f"is a {what} that cannot be replayed alone", fix)
    with open_store(settings) as store:
        intake = Intake(settings, con, store, now, progress, read)
        intake.finish_interrupted()
        for source in sorted({row["source"] for row in rows.values()}):
            ids = [each for each, row in rows.items() if row["source"] == source]
            if fixed is not None:
                intake.load([_enter(intake, source, ids, fixed)])
            else:
                intake.load([_enter_old(intake, con, source, each) for each in ids])
        return intake.summary()


def _enter_old(
    intake: Intake, con: duckdb.DuckDBPyConnection, source: str, quarantine_id: str
) -> Entry:
    """Archive the refused bytes themselves."""
    room = archive.private_folder(intake.settings.archive_dir / "incoming")
    copy = room / secrets.token_hex(16)
    copy.write_bytes(show(intake.settings, con, quarantine_id))
    try:
        return _enter(intake, source, [quarantine_id], copy)
    finally:
        copy.unlink()


def _enter(intake: Intake, source: str, quarantine_ids: Sequence[str], file: Path) -> Entry:
    """Archive ``file`` as a delivery in the place of refused records."""
    state = file.stat()
    copied = archive.copy_in(
        intake.settings.archive_dir, file, (state.st_size, state.st_mtime_ns), None
    )
    archive.settle(intake.settings.archive_dir, [copied])
    path = f"replays/{quarantine_ids[0]}.json"
    delivery = Delivery(0, source, path, state.st_size, state.st_mtime_ns)
    return intake.entry(delivery, copied, tuple(quarantine_ids))


def _find(con: duckdb.DuckDBPyConnection, quarantine_id: str) -> dict[str, Any]:
    found = con.execute(_PLACE, [quarantine_id]).pl().rows(named=True)
    if not found:
        raise LandingError(quarantine_id, "is not in quarantine", "See `tracking quarantine list`")
    return found[0]


_LIST = """
with read_again as (
    select distinct q.quarantine_id, true as is_read_again
    from landing.quarantine as q
    inner join landing.manifest as m using (source, relative_path)
    where m.outcome = 'loaded'
        and m.batch_id > q.batch_id
        and m.start_offset <= coalesce(q.byte_offset, 0)
)

select
    q.quarantine_id, q.source, q.relative_path, q.kind, q.line_number, q.byte_offset,
    q.reason_code, q.reason, q.raw_size,
    if(q.status = 'quarantined' and r.is_read_again, 'superseded', q.status) as status,
    q.quarantined_at
from landing.quarantine as q
left join read_again as r using (quarantine_id)
where $1 or (q.status = 'quarantined' and r.is_read_again is null)
order by q.batch_id, q.relative_path, q.line_number, q.byte_offset, q.quarantine_id
"""

_PLACE = """
select
    q.source, q.relative_path, q.status, q.line_number,
    coalesce(q.byte_offset, m.start_offset) - m.start_offset as byte_offset,
    q.raw, q.raw_size, m.object_hash, m.format, m.outcome
from landing.quarantine as q
inner join landing.manifest as m using (file_id)
where q.quarantine_id = $1
"""
