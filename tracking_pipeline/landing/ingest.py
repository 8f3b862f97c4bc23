"""Deliveries in, exactly once: archive, journal, read, commit, ledger."""

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import duckdb
import sqlalchemy as sa

from tracking_pipeline.errors import LandingError, disk_full
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing import archive, journal, ledger
from tracking_pipeline.landing.journal import Entry
from tracking_pipeline.landing.ledger import Delivery
from tracking_pipeline.landing.load import Reader, load, rehearse
from tracking_pipeline.landing.manifest import (
    known_files,
    newest_batch,
    resumes,
    unfinished_files,
    without_erased,
)
from tracking_pipeline.landing.summary import Failure, IngestSummary, summarise
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import masked
from tracking_pipeline.sources.read import read as read_files
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.sources.streams import open_regular
from tracking_pipeline.state.alerts import keep_alerts
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.engine_errors import without_values

Progress = Callable[[str], None]

UNLOADED = "file is not loaded: "

_BATCH_FILES = 2_000
_BATCH_BYTES = 512 * 2**20


def ingest(  # noqa: PLR0913 - the door of the room: what, where to, when, and two collaborators
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    deliveries: Sequence[Delivery],
    *,
    now: datetime,
    complete: Collection[tuple[str, str]] = (),
    progress: Progress = print,
    read: Reader = read_files,
) -> IngestSummary:
    """Load ``deliveries`` exactly once, after what an interrupted run had begun.

    Each batch is archived and journaled, then commits rows, quarantine, findings and manifest in
    one transaction. A file that cannot be loaded is named in the summary and offered again later;
    it stops no other. ``now`` is when the deliveries were received. ``complete`` are those, by
    source and path, to which nothing more is written: their last line needs no end.
    """
    with open_store(settings) as store:
        intake = Intake(settings, con, store, now, progress, read)
        intake.finish_interrupted()
        named = [each for each in deliveries if (each.source, each.relative_path) in complete]
        for batch in _batches(deliveries):
            intake.take_in(batch)
        for batch in _batches(intake.unfinished(named)):
            intake.take_in(batch, are_complete=True)
        return intake.summary()


def reconcile(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    *,
    now: datetime,
    progress: Progress = print,
    read: Reader = read_files,
) -> IngestSummary:
    """Load what the archive holds and the warehouse does not; call it when the product starts.

    Batches that a killed run left behind, and deliveries that failed to load before.
    """
    with open_store(settings) as store:
        intake = Intake(settings, con, store, now, progress, read)
        failed_before = journal.unloaded(settings.archive_dir)
        intake.finish_interrupted()
        intake.retry(failed_before)
        return intake.summary()


@dataclass
class Intake:
    """One pass of loading: the open warehouse and ledger, and what has been done so far."""

    settings: Settings
    con: duckdb.DuckDBPyConnection
    store: sa.Engine
    now: datetime
    progress: Progress
    read: Reader
    failures: list[Failure] = field(default_factory=list)
    batch_ids: list[int] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self._archive = self.settings.archive_dir
        create_tables(self.con)
        archive.sweep(self._archive)
        failpoint("ingest.swept")

    def finish_interrupted(self) -> None:
        """Commit the journaled batches that the warehouse has not seen."""
        for batch_id in journal.batches_after(self._archive, newest_batch(self.con)):
            self.progress(f"batch {batch_id} is in the archive only: loading it")
            entries = journal.read_batch(self._archive, batch_id)
            intact = self._intact(entries)
            if intact != entries:
                journal.write_batch(self._archive, batch_id, intact)
            self._commit(batch_id, intact)

    def retry(self, entries: Sequence[Entry]) -> None:
        """Try again what could not be loaded."""
        known = known_files(self.con, [entry.file_id for entry in entries])
        journal.forget(self._archive, [entry for entry in entries if entry.file_id in known])
        fresh = [entry for entry in entries if entry.file_id not in known]
        for _, group in groupby(fresh, key=lambda entry: entry.delivery.source):
            self.load(self._intact(list(group)))

    def take_in(self, deliveries: Sequence[Delivery], *, are_complete: bool = False) -> None:
        """Archive and load deliveries of one source; those in the manifest are done.

        One whose last line was not ended when it was read is read on from there once it has come to
        rest, or is complete. Until then it waits, also where a killed run did not come to note it.
        """
        held, others = self._told_apart(deliveries)
        unfinished = self.unfinished(list(held))
        ledger.mark_loaded(
            self.store, {each: held[each] for each in held if each not in unfinished}
        )
        rested = ledger.at_rest(self.store, self.now) if unfinished else set()
        at_rest = [each for each in unfinished if are_complete or each.delivery_id in rested]
        self._let_rest({each: held[each] for each in unfinished if each not in at_rest})
        ids = {file_id(delivery): delivery for delivery in others}
        known = known_files(self.con, list(ids))
        ledger.mark_loaded(self.store, {ids[each]: known[each][0] for each in known})
        fresh = [*at_rest, *(ids[each] for each in ids if each not in known)]
        if fresh:
            self.load(self._archive_all(fresh, at_rest))

    def unfinished(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Return those of which the last line was not ended when they were read, and waits."""
        waiting = unfinished_files(self.con, [file_id(delivery) for delivery in deliveries])
        found = [delivery for delivery in deliveries if file_id(delivery) in waiting]
        read_on = known_files(self.con, [file_id(each, is_read_on=True) for each in found])
        return [each for each in found if file_id(each, is_read_on=True) not in read_on]

    def load(self, entries: Sequence[Entry]) -> None:
        """Journal and commit archived entries as the next batch."""
        if not entries:
            return
        batch_id = newest_batch(self.con) + 1
        journal.write_batch(self._archive, batch_id, entries)
        self._commit(batch_id, entries)

    def entry(
        self,
        delivery: Delivery,
        copied: archive.Copied,
        replays: tuple[str, ...] = (),
        *,
        is_read_on: bool = False,
    ) -> Entry:
        """Return the journal's line of a delivery that lies in the archive."""
        declared = SOURCES[delivery.source].timezone
        return Entry(
            file_id=file_id(delivery, is_read_on=is_read_on),
            delivery=delivery,
            content_hash=copied.content_hash,
            object_hash=copied.object_hash,
            start_offset=copied.start_offset,
            received_at=self.now,
            client_id=self.settings.client_id,
            timezone=self.settings.source_timezones.get(delivery.source, declared),
            replays=replays,
            is_complete=is_read_on,
        )

    def summary(self) -> IngestSummary:
        """Keep one alert open for each file that cannot be loaded; return what this pass did."""
        failing = ledger.failing(self.settings, self.store)
        messages = {path: f"{path} cannot be loaded: {failing[path]}" for path in failing}
        keep_alerts(self.store, UNLOADED, messages, self.now)
        seconds = time.perf_counter() - self.started
        return summarise(self.con, self.batch_ids, seconds, self.failures)

    def _told_apart(
        self, deliveries: Sequence[Delivery]
    ) -> tuple[dict[Delivery, str], list[Delivery]]:
        """Return the deliveries whose bytes are known, with their hash, and the others.

        Known from the same place, size and mtime.
        """
        known = known_files(self.con, [file_id(delivery) for delivery in deliveries])
        before = ledger.content_hashes(self.store)
        held: dict[Delivery, str] = {}
        others = []
        for delivery in deliveries:
            hashes = {*known.get(file_id(delivery), ()), before.get(delivery.delivery_id)} - {None}
            digest = self._digest(delivery) if hashes else None
            if digest in hashes:
                held[delivery] = str(digest)
            elif digest and file_id(delivery) in known:
                others.append(replace(delivery, version=digest))
            else:
                others.append(delivery)
        return held, others

    def _digest(self, delivery: Delivery) -> str | None:
        """Return the hash of a landed file; None when it cannot be read, as copying it will say."""
        try:
            with open_regular(self._landed(delivery)) as landed:
                return hashlib.file_digest(landed, "sha256").hexdigest()
        except OSError:
            return None

    def _landed(self, delivery: Delivery) -> Path:
        return self.settings.landing_dir / delivery.source / delivery.relative_path

    def _archive_all(
        self, deliveries: Sequence[Delivery], unfinished: Collection[Delivery]
    ) -> list[Entry]:
        """Copy deliveries of one source into the archive; what cannot be read is left out."""
        source = SOURCES[deliveries[0].source]
        paths = [delivery.relative_path for delivery in deliveries]
        growing = [path for path in paths if not source.is_rewritten(path)]
        older = resumes(self.con, source.name, growing)
        copies: dict[Delivery, archive.Copied] = {}
        for delivery in deliveries:
            file = self._landed(delivery)
            state = (delivery.size, delivery.mtime_ns)
            try:
                copies[delivery] = archive.copy_in(
                    self._archive, file, state, older.get(delivery.relative_path)
                )
            except LandingError as error:
                self._fail(delivery, error)
        copies = self._without_erased(copies)
        archive.settle(self._archive, [copied for copied in copies.values() if copied.is_fresh])
        return [
            self.entry(delivery, copied, is_read_on=delivery in unfinished)
            for delivery, copied in copies.items()
        ]

    def _without_erased(
        self, copies: Mapping[Delivery, archive.Copied]
    ) -> dict[Delivery, archive.Copied]:
        """Let bytes out of which a person was cut before be what the archive has left of them."""
        left = without_erased(self.con, [copied.content_hash for copied in copies.values()])
        return {
            delivery: copied.known_as(left[copied.content_hash])
            if copied.content_hash in left
            else copied
            for delivery, copied in copies.items()
        }

    def _intact(self, entries: Sequence[Entry]) -> list[Entry]:
        """Set aside the entries whose archived bytes are damaged and return the others."""
        damaged: dict[Entry, Exception] = {}
        for entry in entries:
            try:
                archive.verify(self._archive, entry.object_hash)
            except LandingError as error:
                damaged[entry] = error
        self._set_aside(damaged)
        return [entry for entry in entries if entry not in damaged]

    def _commit(self, batch_id: int, entries: Sequence[Entry]) -> None:
        """Load a journaled batch; when it fails, find the culprits and load it without them."""
        if not entries:
            return
        try:
            load(self.settings, self.con, batch_id, entries, self.read)
        except Exception as error:
            _expect_of_a_file(error)
            innocent = self._without_culprits(batch_id, entries)
            if len(innocent) == len(entries):
                raise
            self._commit(batch_id, innocent)
            return
        failpoint("ingest.committed")
        journal.forget(self._archive, entries)
        self._mark(entries)
        failpoint("ingest.ledger_marked")
        self.batch_ids.append(batch_id)
        self.progress(f"batch {batch_id}: {len(entries)} files loaded")

    def _mark(self, entries: Sequence[Entry]) -> None:
        """Tell the ledger what is loaded, and what but for its last line."""
        waiting = unfinished_files(self.con, [entry.file_id for entry in entries])
        hashes = [
            {e.delivery: e.content_hash for e in entries if (e.file_id in waiting) == is_waiting}
            for is_waiting in (False, True)
        ]
        ledger.mark_loaded(self.store, hashes[False])
        self._let_rest(hashes[True])

    def _let_rest(self, hashes: Mapping[Delivery, str]) -> None:
        at_rest = self.now + timedelta(minutes=self.settings.last_line_minutes)
        ledger.mark_unfinished(self.store, hashes, at_rest)

    def _without_culprits(self, batch_id: int, entries: Sequence[Entry]) -> list[Entry]:
        """Rehearse each file alone, set the failing ones aside and journal the others again."""
        culprits: dict[Entry, Exception] = {}
        for entry in entries:
            try:
                rehearse(self.settings, self.con, batch_id, entry, self.read)
            except Exception as error:  # noqa: BLE001 - recorded with the file that provoked it
                _expect_of_a_file(error)
                culprits[entry] = error
        self._set_aside(culprits)
        good = [entry for entry in entries if entry not in culprits]
        journal.write_batch(self._archive, batch_id, good)
        return good

    def _set_aside(self, culprits: Mapping[Entry, Exception]) -> None:
        journal.set_aside(self._archive, list(culprits))
        for entry, error in culprits.items():
            self._fail(entry.delivery, error)

    def _fail(self, delivery: Delivery, error: Exception) -> None:
        reason = masked(without_values(error))
        ledger.mark_failed(self.store, delivery, reason, self.now)
        self.failures.append(Failure(delivery.source, delivery.relative_path, reason))
        self.progress(f"cannot load {delivery.source}/{delivery.relative_path}: {reason}")


def file_id(delivery: Delivery, *, is_read_on: bool = False) -> str:
    """Return the identity of one state of one landed file: loading it twice changes nothing.

    It has another one when its last line, which was not ended, is read.
    """
    parts = (
        delivery.source,
        delivery.relative_path,
        str(delivery.size),
        str(delivery.mtime_ns),
        *filter(None, [delivery.version]),
        *(["last line"] if is_read_on else []),
    )
    return hashlib.md5("\0".join(parts).encode(), usedforsecurity=False).hexdigest()


def _expect_of_a_file(error: Exception) -> None:
    """Raise ``error`` again when no file provoked it: a lost warehouse, a full disk."""
    if isinstance(error, duckdb.FatalException) or disk_full(error) is not None:
        raise error


def _batches(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """Cut deliveries into batches of one source, bounded in files and bytes, in their order."""
    batch: list[Delivery] = []
    n_bytes = 0
    for delivery in sorted(deliveries, key=lambda each: each.source):
        n_bytes += delivery.size
        is_full = len(batch) >= _BATCH_FILES or n_bytes > _BATCH_BYTES
        if batch and (is_full or batch[0].source != delivery.source):
            yield batch
            batch, n_bytes = [], delivery.size
        batch.append(delivery)
    if batch:
        yield batch
