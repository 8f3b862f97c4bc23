"""Records what an AI assistant is worth to one engineer, with that engineer's consent."""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import days
from .checked import count, measure, moment, text, told_date, told_figures
from .export import Window, lines, summary, window, written
from .machine import machine
from .store import (
    BUSY_SECONDS,
    COPILOT,
    EXECUTIONS,
    PRODUCTIVITY,
    SAVINGS,
    UTC,
    ConsentError,
    RecorderError,
    Row,
    Store,
    local,
    utc,
    write,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .git_history import Repository

_EXECUTION = (
    *("capability_name", "duration_ms", "success", "error_type"),
    *("tokens_saved", "context_size_tokens", "timestamp"),
)
_TIMED_BUSY_SECONDS = 1.0


def _present() -> datetime:
    return datetime.now(UTC).astimezone()


class TelemetryRecorder:
    """Records one engineer in ``home`` (``TELEMETRY_HOME``; without it ~/.telemetry-recorder).

    Any number of processes and threads may record at once; what a call has accepted is on disk when
    it returns. Every method raises RecorderError and nothing else. ``clock`` tells the present as
    an aware local time.
    """

    def __init__(
        self, home: str | Path | None = None, clock: Callable[[], datetime] = _present
    ) -> None:
        chosen = home or os.environ.get("TELEMETRY_HOME") or "~/.telemetry-recorder"
        try:
            self.home = Path(chosen).expanduser().absolute()
        except (OSError, RuntimeError, TypeError) as error:
            raise RecorderError(f"{chosen}: {error}. Name a folder in TELEMETRY_HOME") from error
        self._store = Store(self.home)
        self._clock = clock

    def initialize(self) -> None:
        """Create the home and its two private files; harmless when they are there."""
        with self._store.transaction():
            pass

    def setup_engineer_profile(
        self,
        engineer_name: str,
        engineer_email: str,
        *,
        consent: bool = False,
        git_addresses: Sequence[str] = (),
        cortex_version: str | None = None,
    ) -> Row:
        """Store the profile, this machine and the date of the consent; return the profile.

        ``git_addresses`` are further e-mail addresses of the engineer's commits.
        """
        email = text("engineer_email", engineer_email)
        if consent is not True:
            raise ConsentError(f"{email} has not consented: nothing is stored without consent=True")
        if "@" not in email.strip("@"):
            raise RecorderError(f"engineer_email: {email!r} is not an e-mail address")
        addresses = [email, *(text("git_addresses", address) for address in git_addresses)]
        profile = {
            "engineer_email": email,
            "engineer_name": text("engineer_name", engineer_name),
            **machine(),
            "cortex_version": cortex_version and text("cortex_version", cortex_version),
            "installation_date": self._clock().isoformat(timespec="microseconds"),
            "last_updated": utc(self._clock()),
        }
        with self._store.transaction() as con:
            _note_consent(con, email, addresses, utc(self._clock()))
            standing = con.execute("SELECT installation_date FROM engineer_profile").fetchone()
            profile.update(standing or {})
            write(con, "engineer_profile", profile, ["engineer_email"])
        return profile

    def withdraw_consent(self, *, delete_local_data: bool = False) -> None:
        """Stop recording at once, for every process; delete what is stored here when asked to.

        A damaged store, in which no withdrawal can be noted, is deleted all the same.
        """
        with suppress(*[RecorderError] if delete_local_data else []):
            self._store.withdraw(utc(self._clock()))
        if delete_local_data:
            self._store.delete()

    def execute(self, execution: Mapping[str, Any]) -> None:
        """Record one execution of a capability.

        Keys: capability_name, duration_ms, success (a bool); as far as known error_type,
        tokens_saved, context_size_tokens; timestamp, a datetime with its zone, when it is not now.
        """
        self._execute(execution, BUSY_SECONDS)

    def _execute(self, execution: Mapping[str, Any], busy_seconds: float) -> None:
        unknown = set(execution).difference(_EXECUTION)
        if unknown or not isinstance(execution.get("success"), bool):
            fault = f"{unknown} not known" if unknown else "success is neither True nor False"
            raise RecorderError(f"{fault}. An execution has {', '.join(_EXECUTION)}")
        at = moment("timestamp", execution.get("timestamp") or self._clock())
        error_type = execution.get("error_type")
        row = {
            "capability": text("capability_name", execution.get("capability_name")),
            "duration_ms": measure("duration_ms", execution.get("duration_ms")),
            "success": int(execution["success"]),
            "error_type": error_type and text("error_type", error_type),
        }
        for name in ("tokens_saved", "context_size_tokens"):
            row[name] = count(name, execution.get(name))
        with self._store.recording(busy_seconds) as (con, engineer):
            row["engineer_email"] = engineer["engineer_email"]
            write(con, EXECUTIONS, {**row, **_unused_time(con, at)})

    @contextmanager
    def timed(self, capability_name: str, **tokens: int) -> Iterator[dict[str, int]]:
        """Record the block as one execution: its time, and the type of what it raised.

        Yields a dict for the tokens_saved and context_size_tokens that the block learns. It never
        disturbs the block: an execution that cannot be recorded, or not within about a second, is
        a logged warning.
        """
        outcome: Row = {"success": True}
        started = time.perf_counter()
        try:
            yield tokens
        except BaseException as error:
            outcome = {"success": False, "error_type": type(error).__name__}
            raise
        finally:
            outcome["duration_ms"] = (time.perf_counter() - started) * 1000
            try:
                told = {"capability_name": capability_name, **outcome, **tokens}
                self._execute(told, _TIMED_BUSY_SECONDS)
            except RecorderError as error:
                logging.getLogger(__name__).warning("not recorded: %s", error)

    def record_productivity_metrics(
        self, *, metric_date: date | str | None = None, **figures: float | None
    ) -> None:
        """Add to a day (default: today).

        Figures: commits_count, prs_created, prs_merged, lines_added, lines_deleted, bugs_fixed,
        code_reviews_completed; of test_coverage_percent the last call of the day stands.
        """
        self._tell(PRODUCTIVITY, metric_date, figures)

    def record_cost_savings(
        self, *, metric_date: date | str | None = None, **figures: int | None
    ) -> None:
        """Add to a day: tokens_saved_count, api_calls_avoided, time_saved_minutes."""
        self._tell(SAVINGS, metric_date, figures)

    def record_copilot_metrics(
        self, *, metric_date: date | str | None = None, **figures: int | None
    ) -> None:
        """Add to a day.

        Figures: memory_hits, memory_misses, context_injections, suggestions_accepted,
        suggestions_rejected; avg_context_tokens, a mean weighed by the call's injections.
        """
        self._tell(COPILOT, metric_date, figures)

    def collect(self, repository: Repository, since: date | str = "") -> list[str]:
        """Count the engineer's commits of ``repository`` from the date ``since`` on, all anew.

        A commit counts once, however many repositories hold it. Returns the dates that changed.
        """
        addresses = self.git_addresses()
        start = told_date("since", since) if since else ""
        with self._store.turn():
            commits = repository.commits(addresses, start)
            with self._store.recording() as (con, engineer):
                whose, name = self._whose(engineer), str(repository.git_dir)
                return days.replace_commits(con, whose, name, commits, start)

    def git_addresses(self) -> list[str]:
        """Return the e-mail addresses whose commits are the engineer's."""
        with self._store.recording() as (_, engineer):
            return list(json.loads(engineer["git_addresses"]))

    def export_performance_report(self, days: int = 30, folder: str | Path | None = None) -> Path:
        """Write the last ``days`` local dates, today included, as JSON lines; return the file.

        It appears whole or not at all, in ``folder``; without it in ``exports`` of the home, where
        the engineer alone may read it. One of the same dates is replaced.
        """
        told, profile = self._window(days)
        name = f"{profile.pop('slug')}-telemetry-{told.first}-{told.last}.jsonl"
        mode = 0o666 if folder else 0o600
        try:
            place = Path(folder or self.home / "exports")
            return written(place, name, lines(profile, told), mode)
        except (OSError, TypeError, ValueError) as error:
            raise RecorderError(f"{folder or self.home}: {error}. Choose another folder") from error

    def executive_summary(self, days: int = 30) -> str:
        """Return what an export of the last ``days`` dates says, in ten lines."""
        return summary(self._window(days)[0])

    def _window(self, n_days: int) -> tuple[Window, Row]:
        last = self._clock().date()
        if not 0 < (count("days", n_days) or 0) <= last.toordinal():
            raise RecorderError(f"days: {n_days!r} is not a number of dates up to {last}")
        first = last - timedelta(n_days - 1)
        with self._store.recording() as (con, engineer):
            profile = con.execute("SELECT * FROM engineer_profile").fetchone()
            told = {name: engineer[name] for name in ("slug", "consented_at")}
            return window(con, first.isoformat(), last.isoformat(), n_days), {**profile, **told}

    def _tell(
        self, table: str, metric_date: date | str | None, figures: Mapping[str, object]
    ) -> None:
        today = self._clock().date()
        day = told_date("metric_date", today if metric_date is None else metric_date)
        told = told_figures(table, figures)
        with self._store.recording() as (con, engineer):
            days.tell(con, {**self._whose(engineer), "metric_date": day}, table, told)

    def _whose(self, engineer: Row) -> Row:
        return {
            "engineer_email": engineer["engineer_email"],
            "created_at": utc(self._clock()),
        }


def _note_consent(con: sqlite3.Connection, email: str, addresses: list[str], now: str) -> None:
    other = con.execute("SELECT * FROM private.engineer WHERE engineer_email <> ?", (email,))
    if other.fetchone() is not None:
        fix = "Give this one another TELEMETRY_HOME"
        raise RecorderError(f"{email}: this home records another engineer. {fix}")
    engineer = {
        "engineer_email": email,
        "git_addresses": json.dumps(addresses),
        "slug": secrets.token_hex(4),
        "consented_at": now,
        "withdrawn_at": None,
    }
    standing = con.execute("SELECT slug FROM private.engineer").fetchone()
    write(con, "private.engineer", {**engineer, **(standing or {})}, ["engineer_email"])


def _unused_time(con: sqlite3.Connection, at: datetime) -> Row:
    """Return the times of an execution: two of one microsecond would pass for one sent twice."""
    query = f"SELECT 1 FROM {EXECUTIONS} WHERE timestamp = ? AND created_at = ?"
    while con.execute(query, (local(at), utc(at))).fetchone() is not None:
        at += timedelta(microseconds=1)
    return {"timestamp": local(at), "created_at": utc(at)}
