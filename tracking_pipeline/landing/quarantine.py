"""Refused records: which there are, what they were, and another chance for them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import sqlalchemy as sa

from tracking_pipeline.errors import LandingError
from tracking_pipeline.landing import archive
from tracking_pipeline.landing.ingest import Intake, Progress
from tracking_pipeline.landing.journal import Entry
from tracking_pipeline.landing.ledger import Delivery
from tracking_pipeline.landing.load import Reader
from tracking_pipeline.landing.manifest import newest_batch
from tracking_pipeline.landing.raw import Refused, record_bytes
from tracking_pipeline.landing.settled import note_dismissed, settle_dismissed
from tracking_pipeline.landing.summary import IngestSummary
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import masked
from tracking_pipeline.sources.read import read as read_files
from tracking_pipeline.sources.tables import as_table
from tracking_pipeline.state.dismissals import dismiss as keep
from tracking_pipeline.state.dismissals import dismissed
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import transaction


def quarantined(con: duckdb.DuckDBPyConnection, *, with_settled: bool = False) -> pl.DataFrame:
    """Return one row a refused record, oldest first, without its bytes.

    What waits no more, because it was replayed, superseded or dismissed, is left out unless asked
    for.
    """
    return con.execute(_LIST, [with_settled]).pl()


def dismiss(
    con: duckdb.DuckDBPyConnection,
    store: sa.Engine,
    given: Sequence[str],
    reason: str,
    now: datetime,
) -> int:
    """Let refused records go for good, by their ids or unique beginnings of them; return how many.

    Raises LandingError for one that is unknown or waits no more.
    """
    rows = [_waiting(con, each) for each in given]
    keep(store, {row["quarantine_id"] for row in rows}, masked(reason), now)
    with transaction(con):
        note_dismissed(con, dismissed(store))
        settle_dismissed(con)
    return len({row["quarantine_id"] for row in rows})


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

    Each enters as a delivery below ``replays/``, archived like any other. The old rows turn
    ``replayed`` in the same transaction; one that is refused again keeps its row, which then tells
    the new bytes and reason. An id may be given by a unique beginning. Raises LandingError for one
    that is unknown, waits no more or is a row of a table.
    """
    found = [_waiting(con, each) for each in quarantine_ids]
    rows = {row["quarantine_id"]: row for row in found}
    for quarantine_id, row in rows.items():
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
    # The same bytes may be tried again, by other rules: each attempt is a delivery of its own.
    path = f"replays/{newest_batch(intake.con) + 1}/{quarantine_ids[0]}.json"
    delivery = Delivery(0, source, path, state.st_size, state.st_mtime_ns)
    return intake.entry(delivery, copied, tuple(quarantine_ids))


def _waiting(con: duckdb.DuckDBPyConnection, given: str) -> dict[str, Any]:
    row = _find(con, given)
    if row["status"] != "quarantined":
        reason = f"waits no more: it has been {row['status']}"
        raise LandingError(given, reason, "`tracking quarantine list` names those that wait")
    return row


def _find(con: duckdb.DuckDBPyConnection, given: str) -> dict[str, Any]:
    """Return the refused record of an id, or of a beginning that no other id has."""
    found = con.execute(_PLACE, [given]).pl().rows(named=True)
    if len(found) > 1:
        raise LandingError(given, "begins more than one id", "Give more of the id")
    if not found:
        raise LandingError(given, "is not in quarantine", "See `tracking quarantine list`")
    return found[0]


_LIST = """
select
    quarantine_id, source, relative_path, kind, line_number, byte_offset,
    reason_code, reason, raw_size, status, quarantined_at
from landing.quarantine
where $1 or status = 'quarantined'
order by batch_id, relative_path, line_number, byte_offset, quarantine_id
"""

# The bytes are those of the last attempt to replay it, else its own.
_PLACE = """
select
    q.quarantine_id, q.source, q.status, r.relative_path, r.line_number,
    coalesce(r.byte_offset, m.start_offset) - m.start_offset as byte_offset,
    r.raw, r.raw_size, m.object_hash, m.format, m.outcome
from landing.quarantine as q
inner join landing.quarantine as r
    on q.quarantine_id = r.quarantine_id
    or ends_with(r.relative_path, '/' || q.quarantine_id || '.json')
inner join landing.manifest as m on r.file_id = m.file_id and r.batch_id = m.batch_id
where starts_with(q.quarantine_id, $1)
qualify row_number() over (
    partition by q.quarantine_id order by r.batch_id desc, r.line_number, r.byte_offset
) = 1
limit 2
"""
