"""A home in a temporary folder, files dropped into it, and a small reader for tiny records.

The small reader takes lines such as ``a 1 red``: the identity, the minute of observation and the
company. Anything else is refused; it fails on a file that holds the word ``boom``.
"""

import os
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.ingest import IngestSummary, ingest
from tracking_pipeline.landing.load import Reader
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.outcomes import create_tables as create_parsed_tables
from tracking_pipeline.sources.record import Source, SourceFile
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import writer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = datetime(2026, 11, 20)  # noqa: DTZ001 - as the tables keep it
KIND = "campaign_generation"


def home(folder: Path) -> Settings:
    settings = Settings(home=folder / "home", stable_seconds=0, memory_limit="512MB", threads=2)
    (settings.landing_dir / "engine_logs").mkdir(parents=True)
    return settings


def drop(settings: Settings, path: str, content: str | bytes, mtime: int | None = None) -> Path:
    file = settings.landing_dir / "engine_logs" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    if mtime is not None:
        os.utime(file, ns=(mtime, mtime))
    return file


def load_due(
    settings: Settings,
    read_with: Reader | None = None,
    now: datetime = NOW,
    complete: Collection[tuple[str, str]] = (),
) -> IngestSummary:
    """Scan and load what is due, as the sensor and its run do."""
    read = read_with or read_small
    with open_store(settings) as store, writer(settings) as con:
        ledger.hasten(store, complete, now)
        due = ledger.scan(settings, store, now)
        return ingest(settings, con, due, now=now, complete=complete, progress=quiet, read=read)


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with writer(settings) as con:
        create_tables(con)
        return con.execute(query).fetchall()


def read_small(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    files: Sequence[SourceFile],
    _limits: Settings,
    **_names: object,
) -> None:
    """Fill the temporary tables as ``sources.read.read`` does, from lines of three words."""
    create_parsed_tables(con, source)
    for file in files:
        _read_file(con, file, file.path.read_bytes())


def words_of(line: str) -> list[str]:
    """Return the three words of a record, or nothing for what is none."""
    words = line.split()
    return words if len(words) == 3 and words[1].isdigit() else []


def quiet(_message: str) -> None:
    return None


def _read_file(con: duckdb.DuckDBPyConnection, file: SourceFile, content: bytes) -> None:
    if b"boom" in content:
        message = f"the reader broke on {file.name}"
        raise ZeroDivisionError(message)
    *whole, rest = content.split(b"\n")
    n_bytes = len(content) - len(rest)
    if file.is_complete and rest:
        whole, rest = [*whole, rest], b""
    counts = {"rejected": 0, "blank": 0}
    offset = 0
    for number, line in enumerate(whole, start=1):
        words = words_of(line.decode())
        if words:
            observed_at = DAY + timedelta(minutes=int(words[1]))
            con.execute(
                f"insert into parsed_{KIND} by name select ? as record_id, 'c' as client_id, "
                "? as observed_at, 'measured' as provenance, ? as file_id, ? as line_number, "
                "? as company, ? as byte_offset",
                [words[0], observed_at, file.file_id, number, words[2], offset],
            )
        elif line:
            counts["rejected"] += 1
            con.execute(
                "insert into rejected by name select ? as file_id, ? as line_number, "
                "? as byte_offset, "
                "'bad_line' as reason_code, 'not three words' as reason, ? as raw, ? as raw_size",
                [file.file_id, number, offset, line[:4], len(line)],
            )
        else:
            counts["blank"] += 1
        offset += len(line) + 1
    n_pending = int(bool(rest))
    con.execute(
        "insert into file_outcomes values (?, 'jsonl', ?, ?, ?, ?, ?, null, null)",
        [file.file_id, n_bytes, len(whole) + n_pending, *counts.values(), n_pending],
    )
