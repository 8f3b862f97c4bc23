"""Landed files into the warehouse, and what was refused on the way."""

import time
from collections.abc import Collection, Sequence
from pathlib import Path

import polars as pl

from tracking_pipeline.landing import erased, ledger, quarantine
from tracking_pipeline.landing.ingest import Progress
from tracking_pipeline.landing.ingest import ingest as ingest_deliveries
from tracking_pipeline.landing.ingest import reconcile as reconcile_archive
from tracking_pipeline.landing.pull import Pulled
from tracking_pipeline.landing.pull import pull as pull_pages
from tracking_pipeline.landing.summary import IngestSummary
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.quality import validate
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import writer


def expect_suites() -> None:
    """Raise ValidationError when nothing says what must hold on some kind of record."""
    validate.expect_suites({kind.table for each in SOURCES.values() for kind in each.kinds})


def scan(settings: Settings) -> list[ledger.Delivery]:
    """Return the landed files that are whole and not loaded, in order of arrival."""
    with open_store(settings) as store:
        return ledger.scan(settings, store, now_utc())


def failing(settings: Settings) -> dict[str, str]:
    """Return why each landed file that could not be loaded could not, by its path."""
    with open_store(settings) as store:
        return ledger.failing(settings, store)


def unfinished(settings: Settings) -> list[str]:
    """Return the landed files that are loaded but for their last line, by their path."""
    with open_store(settings) as store:
        return ledger.unfinished(settings, store)


def let_settle(settings: Settings) -> None:
    """Note what lies in the landing folder and wait until what is whole is due."""
    scan(settings)
    time.sleep(settings.stable_seconds)


def ingest(
    settings: Settings,
    delivery_ids: Collection[int] | None = None,
    *,
    complete: Collection[tuple[str, str]] = (),
    progress: Progress = print,
) -> IngestSummary:
    """Load deliveries by ledger id, or all that are due when None, and count the records' fates.

    Of those that are ``complete``, by source and path, the last line is read, ended or not.
    ValidationError, and nothing is loaded, when a kind of record has no suite.
    """
    expect_suites()
    with open_store(settings) as store, writer(settings) as con:
        ledger.hasten(store, complete, now_utc())
        if delivery_ids is None:
            due = ledger.scan(settings, store, now_utc())
        else:
            due = ledger.find(store, delivery_ids)
        return ingest_deliveries(
            settings, con, due, now=now_utc(), complete=complete, progress=progress
        )


def pull(settings: Settings) -> tuple[Pulled, ...]:
    """Ask the HTTP endpoints for engine metrics, and land their pages."""
    return pull_pages(settings, now=now_utc())


def ingest_source(settings: Settings, source: str, *, progress: Progress = print) -> IngestSummary:
    """Load what is due of one source: the others wait for their own run."""
    due = [delivery.delivery_id for delivery in scan(settings) if delivery.source == source]
    return ingest(settings, due, progress=progress)


def reconcile(settings: Settings, *, progress: Progress = print) -> IngestSummary:
    """Load what the archive holds and the warehouse does not; for when the product starts."""
    with writer(settings) as con:
        return reconcile_archive(settings, con, now=now_utc(), progress=progress)


def has_records(settings: Settings) -> bool:
    """Return whether any record has ever been accepted."""
    with writer(settings) as con:
        create_tables(con)
        found = con.execute("select 1 from landing.manifest where n_accepted > 0 limit 1")
        return bool(found.fetchall())


def quarantined(settings: Settings, *, with_settled: bool = False) -> pl.DataFrame:
    """Return the refused records, one a row, without their bytes."""
    with writer(settings) as con:
        create_tables(con)
        return quarantine.quarantined(con, with_settled=with_settled)


def returned(settings: Settings) -> list[str]:
    """Return the paths of landed files that brought records of an erased person again."""
    with writer(settings) as con:
        create_tables(con)
        return erased.returned(con)


def quarantined_bytes(settings: Settings, quarantine_id: str) -> bytes:
    """Return a refused record as it arrived, whole."""
    with writer(settings) as con:
        return quarantine.show(settings, con, quarantine_id)


def dismiss(settings: Settings, quarantine_ids: Sequence[str], reason: str) -> int:
    """Let refused records go for good, and return how many; the reason is kept."""
    with open_store(settings) as store, writer(settings) as con:
        create_tables(con)
        return quarantine.dismiss(con, store, quarantine_ids, reason, now_utc())


def replay(settings: Settings, quarantine_ids: Sequence[str], fixed: Path | None) -> IngestSummary:
    """Read refused records again, corrected by the file ``fixed`` or by today's rules."""
    with writer(settings) as con:
        return quarantine.replay(settings, con, quarantine_ids, fixed, now=now_utc())
