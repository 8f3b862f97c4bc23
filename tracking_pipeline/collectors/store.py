"""The recorder's home: the database that may be delivered, and the private one beside it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager, suppress
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

BUSY_SECONDS = 60.0
# With what SQLite lays beside a database: a journal, and the one of a transaction over both.
_RECORDED = ("performance_telemetry.db*", "recorder.db*", "collecting.db*", "exports", "hook.log")
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
    def transaction(self, busy_seconds: float = BUSY_SECONDS) -> Iterator[sqlite3.Connection]:
        """Yield the one connection that may write now; what it wrote is on disk afterwards.

        Creates what is missing. Waits for others ``busy_seconds``. Raises RecorderError.
        """
        with self._told_as_ours(), closing(self._opened(self._files[0], busy_seconds)) as con:
            self._prepare(con)
            con.execute("BEGIN IMMEDIATE")
            yield con
            con.execute("COMMIT")

    @contextmanager
    def recording(
        self, busy_seconds: float = BUSY_SECONDS
    ) -> Iterator[tuple[sqlite3.Connection, Row]]:
        """Yield a transaction and the engineer who consents to it; raises ConsentError."""
        if not self._is_set_up():
            raise ConsentError(f"{self._home}: no profile. Run the setup, which asks for consent")
        with self.transaction(busy_seconds) as con:
            engineer = con.execute("SELECT * FROM private.engineer").fetchone()
            if engineer is None or engineer["withdrawn_at"] is not None:
                raise ConsentError(f"{self._home}: no consent. Run the setup, which asks for it")
            yield con, dict(engineer)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let one process at a time read a repository: no older reading replaces a newer one."""
        with self._told_as_ours(), closing(self._opened(self._turns, BUSY_SECONDS)) as con:
            con.execute("BEGIN EXCLUSIVE")
            yield

    def withdraw(self, now: str) -> None:
        """Note that the consent ended; harmless where there was none."""
        if self._is_set_up():
            with self.transaction() as con:
                con.execute("UPDATE private.engineer SET withdrawn_at = ?", (now,))

    def delete(self) -> None:
        """Delete everything recorded, with the exports that still lie in the home.

        What cannot be deleted keeps nothing else; it raises RecorderError in the end.
        """
        with self._told_as_ours():
            for path in self._recorded():
                with suppress(OSError):
                    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
            left = ", ".join(map(str, self._recorded()))
        if left:
            raise RecorderError(f"{left}: could not be deleted. Delete it yourself")

    def _is_set_up(self) -> bool:
        with self._told_as_ours():
            return self._files[1].exists()

    def _recorded(self) -> list[Path]:
        here = self._home.iterdir() if self._home.exists() else ()
        return [path for path in here if any(map(path.match, _RECORDED))]

    def _opened(self, file: Path, busy_seconds: float) -> sqlite3.Connection:
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_private(file)
        return sqlite3.connect(file, timeout=busy_seconds, isolation_level=None)

    def _prepare(self, con: sqlite3.Connection) -> None:
        make_private(self._files[1])
        con.row_factory = sqlite3.Row
        con.execute("ATTACH ? AS private", (str(self._files[1]),))
        for table in (*_DELIVERED, *map(_daily_table, DAILY), *_PRIVATE):
            con.execute(f"CREATE TABLE IF NOT EXISTS {table}")
        con.execute(_INDEX)

    @contextmanager
    def _told_as_ours(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, OverflowError, ValueError) as error:
            raise RecorderError(f"{self._home}: {error}. See its space and its mode") from error


def make_private(file: Path) -> None:
    """Let the engineer alone read ``file``, which is created when it is missing."""
    if not file.exists():
        file.touch(mode=0o600)
    elif file.stat().st_mode & 0o077:
        file.chmod(0o600)


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
