"""Pages of HTTP endpoints become files in the landing folder, each written whole and once."""

import hashlib
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import sqlalchemy as sa

from tracking_pipeline.errors import EndpointError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.archive import sync_all
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import masked
from tracking_pipeline.state.alerts import keep_alerts
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import exclusive

if TYPE_CHECKING:
    from tracking_pipeline.sources.http import Clock

SOURCE = "engine_metrics"
ALERT = "engine_endpoint:"
# For so long an unchanged page is known and not landed again.
_REMEMBERED = timedelta(days=2)
_GRACE_SECONDS = 1.0


@dataclass(frozen=True)
class Pulled:
    """What one endpoint gave: pages that had not been landed before are new."""

    endpoint: str
    n_pages: int
    n_new_pages: int
    n_records: int
    seconds: float
    error: str | None = None

    def sentence(self) -> str:
        """Return the figures as one line for people, and why there are no more."""
        line = (
            f"{self.endpoint}: {self.n_pages} pages ({self.n_new_pages} new) with "
            f"{self.n_records} observations in {self.seconds:.1f} s"
        )
        return f"{line}\nfailed: {self.error}" if self.error else line


def pull(settings: Settings, *, now: datetime, clock: "Clock | None" = None) -> tuple[Pulled, ...]:
    """Ask every endpoint at once and return what each gave, by name.

    A complete page is landed whatever becomes of the next one. Whoever does not answer as it should
    is alerted of until it does, and delays the others by no more than ``endpoint_seconds``.
    """
    lock = settings.state_dir / "pull.lock"
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(lock, settings.writer_wait_seconds), open_store(settings) as store:
        known = _tidy(settings, store, now)
        found = _ask_all(settings, known, clock)
        _alert(store, found, now)
    return found


def folder(settings: Settings) -> Path:
    """Return where pulled pages land, a folder an endpoint."""
    return settings.landing_dir / SOURCE / ledger.PULLED


def _ask_all(
    settings: Settings, known: Collection[str], clock: "Clock | None"
) -> tuple[Pulled, ...]:
    """Ask each endpoint in a thread; one that outlasts its time is left to itself."""
    answers: dict[str, Pulled] = {}

    def ask(name: str) -> None:
        answers[name] = _ask(settings, name, known, clock)

    threads = {
        name: Thread(target=ask, args=(name,), daemon=True) for name in settings.engine_endpoints
    }
    ends_at = time.monotonic() + settings.endpoint_seconds + _GRACE_SECONDS
    for thread in threads.values():
        thread.start()
    for thread in threads.values():
        thread.join(max(0.0, ends_at - time.monotonic()))
    late = f"did not end within {settings.endpoint_seconds:g} s"
    return tuple(
        answers.get(name) or Pulled(name, 0, 0, 0, settings.endpoint_seconds, f"{name}: {late}")
        for name in sorted(threads)
    )


def _ask(settings: Settings, name: str, known: Collection[str], clock: "Clock | None") -> Pulled:
    from tracking_pipeline.sources.http import Client, Clock, Limits  # noqa: PLC0415 - 0.1 s that others need not pay

    started = time.perf_counter()
    n_pages = n_new_pages = n_records = 0
    error = None
    hosts = frozenset(host.strip().lower() for host in settings.allowed_hosts.split(","))
    limits = Limits(total_seconds=settings.endpoint_seconds)
    client = Client(name, settings.engine_endpoints[name], hosts, limits, clock or Clock())
    try:
        for page in client.pages():
            n_pages += 1
            n_records += len(page.records)
            n_new_pages += _land(folder(settings) / name, page.records, known)
    except EndpointError as refused:
        error = masked(str(refused))
    except Exception as broken:  # noqa: BLE001 - one endpoint never stops the others
        error = f"{name}: {type(broken).__name__} while its pages were landed"
    seconds = time.perf_counter() - started
    return Pulled(name, n_pages, n_new_pages, n_records, seconds, error)


def _land(room: Path, records: tuple[str, ...], known: Collection[str]) -> bool:
    """Write a page under the name of its content; False when it has been landed before."""
    content = "".join(f"{record}\n" for record in records).encode(errors="surrogateescape")
    file = room / f"{hashlib.sha256(content).hexdigest()}.jsonl"
    if not records or f"{room.name}/{file.name}" in known or file.exists():
        return False
    room.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.part")
    partial.write_bytes(content)
    sync_all([partial])
    failpoint("pull.page_synced")
    partial.replace(file)
    sync_all([room])
    failpoint("pull.page_landed")
    return True


def _tidy(settings: Settings, store: sa.Engine, now: datetime) -> set[str]:
    """Remove pages that the archive holds, and halves; return what was landed lately."""
    oldest_ns = int((now - _REMEMBERED).timestamp() * 1e9)
    loaded = ledger.pulled_and_loaded(store, SOURCE)
    for page in loaded:
        _remove(settings.landing_dir / SOURCE / page.relative_path, page)
    for half in folder(settings).glob("*/*.part"):
        half.unlink(missing_ok=True)
    ledger.forget(store, [page for page in loaded if page.mtime_ns < oldest_ns])
    return {
        page.relative_path.removeprefix(ledger.PULLED)
        for page in loaded
        if page.mtime_ns >= oldest_ns
    }


def _remove(file: Path, loaded: ledger.Delivery) -> None:
    """Remove the file if it is still the one that was loaded."""
    try:
        seen = file.lstat()
    except FileNotFoundError:
        return
    if (seen.st_size, seen.st_mtime_ns) == (loaded.size, loaded.mtime_ns):
        file.unlink()


def _alert(store: sa.Engine, found: tuple[Pulled, ...], now: datetime) -> None:
    """Keep one alert open for each endpoint that fails, and none for any other."""
    faults = {
        each.endpoint: f"engine metrics cannot be collected from {each.error}"
        for each in found
        if each.error is not None
    }
    keep_alerts(store, ALERT, faults, now)
