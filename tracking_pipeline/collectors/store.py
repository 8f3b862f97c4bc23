"""The recorder's home: the database that may be delivered, and the private one beside it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Row = dict[str, Any]
UTC = timezone.utc  # noqa: UP017 - Python 3.9 has no datetime.UTC

PRODUCTIVITY, SAVINGS, COPILOT = "productivity_metrics", "cost_savings", "copilot_metrics"
EXECUTIONS = "performance_metrics"
DAILY: dict[str, tuple[str, ...]] = {
    PRODUCTIVITY: (
        *("commits_count", "prs_created", "prs_merged", "lines_added", "lines_deleted"),
        *("test_coverage_percent", "bugs_fixed", "code_reviews_completed"),
    ),
    SAVINGS: (
        *("tokens_saved_count", "api_calls_avoided"),
        *("estimated_cost_saved_usd", "time_saved_minutes"),
    ),
    COPILOT: (
        *("memory_hits", "memory_misses", "context_injections"),
        *("avg_context_tokens", "suggestions_accepted", "suggestions_rejected"),
    ),
}

_BUSY_SECONDS = 60
_ID = "id INTEGER PRIMARY KEY AUTOINCREMENT"
_WHOSE = "FOREIGN KEY (engineer_email) REFERENCES engineer_profile(engineer_email)"
_DELIVERED = (
    f"""engineer_profile ({_ID}, engineer_name TEXT NOT NULL, engineer_email TEXT UNIQUE NOT NULL,
    machine_hostname TEXT NOT NULL, machine_platform TEXT NOT NULL, cpu_info TEXT, ram_gb INTEGER,
    python_version TEXT, cortex_version TEXT, installation_date TEXT,
    last_updated TEXT DEFAULT CURRENT_TIMESTAMP)""",
    f"""{EXECUTIONS} ({_ID}, engineer_email TEXT NOT NULL, capability TEXT NOT NULL,
    duration_ms REAL NOT NULL, success INTEGER NOT NULL, error_type TEXT,
    tokens_saved INTEGER DEFAULT 0, context_size_tokens INTEGER DEFAULT 0, timestamp TEXT NOT NULL,
    created_at TEXT DEFAULT CURRENT_TIMESTAMP, {_WHOSE})""",
)
_INDEX = f"CREATE INDEX IF NOT EXISTS idx_metrics_timestamp ON {EXECUTIONS}(timestamp DESC)"
# What calls told and what git counts stay apart; the delivered row follows from both.
_PRIVATE = (
    """private.engineer (engineer_email TEXT PRIMARY KEY, git_addresses TEXT NOT NULL,
    slug TEXT NOT NULL, consented_at TEXT NOT NULL, withdrawn_at TEXT)""",
    """private.told (daily_table TEXT, metric_date TEXT, figures TEXT NOT NULL,
    PRIMARY KEY (daily_table, metric_date))""",
    """private.commits (repository TEXT, commit_id TEXT, metric_date TEXT NOT NULL,
    is_merge INTEGER NOT NULL, lines_added INTEGER NOT NULL, lines_deleted INTEGER NOT NULL,
    PRIMARY KEY (repository, commit_id))""",
)


class RecorderError(Exception):
    """Whatever the recorder could not do: it raises nothing else."""


class ConsentError(RecorderError):
    """Nobody has consented to be recorded here, or the consent was withdrawn."""


class Store:
    """The two SQLite files of one home; every transaction commits in both or in neither.

    They keep the rollback journal: with it a transaction over two files is atomic (with WAL it is
    not), the delivered file is whole by itself, and network homes work.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._files = (home / "performance_telemetry.db", home / "recorder.db")
        self._turns = home / "collecting.db"

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the one connection that may write now; what it wrote is on disk afterwards.

        Creates what is missing. Raises RecorderError.
        """
        with self._told_as_ours(), closing(self._opened(self._files[0])) as con:
            self._prepare(con)
            con.execute("BEGIN IMMEDIATE")
            yield con
            con.execute("COMMIT")

    @contextmanager
    def recording(self) -> Iterator[tuple[sqlite3.Connection, Row]]:
        """Yield a transaction and the engineer who consents to it; raises ConsentError."""
        if not self._files[1].exists():
            raise ConsentError(f"{self._home}: no profile. Run the setup, which asks for consent")
        with self.transaction() as con:
            engineer = con.execute("SELECT * FROM private.engineer").fetchone()
            if engineer is None or engineer["withdrawn_at"] is not None:
                raise ConsentError(f"{self._home}: no consent. Run the setup, which asks for it")
            yield con, dict(engineer)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one process at a time read a repository: no older reading replaces a newer one."""
        with self._told_as_ours(), closing(self._opened(self._turns)) as con:
            con.execute("BEGIN EXCLUSIVE")
            yield

    def withdraw(self, now: str) -> None:
        """Note that the consent ended; harmless where there was none."""
        if self._files[1].exists():
            with self.transaction() as con:
                con.execute("UPDATE private.engineer SET withdrawn_at = ?", (now,))

    def delete(self) -> None:
        """Delete everything recorded, with the exports that still lie in the home."""
        with self._told_as_ours():
            shutil.rmtree(self._home / "exports", ignore_errors=True)
            for file in (*self._files, self._turns, self._home / "hook.log"):
                file.unlink(missing_ok=True)

    def _opened(self, file: Path) -> sqlite3.Connection:
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(file)
        return sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)

    def _prepare(self, con: sqlite3.Connection) -> None:
        _make_private(self._files[1])
        con.row_factory = sqlite3.Row
        con.execute("ATTACH ? AS private", (str(self._files[1]),))
        for table in (*_DELIVERED, *map(_daily_table, DAILY), *_PRIVATE):
            con.execute(f"CREATE TABLE IF NOT EXISTS {table}")
        con.execute(_INDEX)

    @contextmanager
    def _told_as_ours(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, OverflowError) as error:
            raise RecorderError(f"{self._home}: {error}. See its space and its mode") from error


def _make_private(file: Path) -> None:
    if not file.exists():
        file.touch(mode=0o600)


def local(at: datetime) -> str:
    """Return ``at`` as the clock of its own zone shows it, to the microsecond."""
    return at.replace(tzinfo=None).isoformat(timespec="microseconds")


def utc(at: datetime) -> str:
    """Return ``at`` in UTC as SQLite writes it, to the microsecond."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def write(
    con: sqlite3.Connection, table: str, row: Mapping[str, Any], key: Sequence[str] = ()
) -> None:
    """Insert ``row``; where a row of the same ``key`` stands, change that one."""
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    changes = ", ".join(f"{name} = excluded.{name}" for name in row if name not in key)
    conflict = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}" if key else ""
    con.execute(f"INSERT INTO {table} ({names}) VALUES ({values}){conflict}", row)


def _daily_table(table: str) -> str:
    figures = "".join(
        f"{name} {'REAL' if name.endswith(('_percent', '_usd')) else 'INTEGER'} DEFAULT 0, "
        for name in DAILY[table]
    )
    return (
        f"{table} ({_ID}, engineer_email TEXT NOT NULL, metric_date TEXT NOT NULL, {figures}"
        f"created_at TEXT DEFAULT CURRENT_TIMESTAMP, {_WHOSE}, UNIQUE(engineer_email, metric_date))"
    )
