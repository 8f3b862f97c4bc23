"""A window of what was recorded: as JSON lines to deliver, and as a summary to read."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple, Optional

from .days import TOKEN_PRICE_PER_1000_USD
from .store import COPILOT, EXECUTIONS, PRODUCTIVITY, SAVINGS, Row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

_KINDS = {
    EXECUTIONS: "capability_execution",
    PRODUCTIVITY: "productivity_day",
    SAVINGS: "cost_saving_day",
    COPILOT: "copilot_day",
}


_Figure = Optional[float]  # noqa: UP045 - Python 3.9 has no X | Y at run time


class Window(NamedTuple):
    """``days`` local dates, from ``first`` to ``last``, with their rows by table."""

    first: str
    last: str
    days: int
    tables: dict[str, list[Row]]


def window(con: sqlite3.Connection, first: str, last: str, days: int) -> Window:
    """Return the rows of the dates from ``first`` to ``last``, both included, in their order."""
    tables = {}
    for table in _KINDS:
        at = "timestamp" if table == EXECUTIONS else "metric_date"
        query = f"SELECT * FROM {table} WHERE substr({at}, 1, 10) BETWEEN ? AND ? ORDER BY {at}, id"
        tables[table] = [dict(row) for row in con.execute(query, (first, last))]
    return Window(first, last, days, tables)


def lines(profile: Row, window: Window) -> list[str]:
    """Return one JSON object a record: its kind, and the columns that are known."""
    rows = [("engineer_profile", profile)]
    rows += [(kind, row) for table, kind in _KINDS.items() for row in window.tables[table]]
    return [json.dumps({"kind": kind, **_known(row)}, ensure_ascii=False) for kind, row in rows]


def written(folder: Path, name: str, text: Sequence[str], mode: int) -> Path:
    """Write the lines to ``folder/name``, which appears whole or not at all; return the file.

    ``mode`` is less what the umask takes from it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, partial = folder / name, folder / f".{name}.{os.getpid()}.tmp"
    try:
        partial.touch(mode=mode)
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in text)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file


def summary(window: Window) -> str:
    """Return the figures of a window that rest on what was recorded and on one price.

    Formulas: figures.md, Telemetry. What nobody told is "not recorded".
    """
    savings, work, copilot = (window.tables[table] for table in (SAVINGS, PRODUCTIVITY, COPILOT))
    tokens, commits = _sum(savings, "tokens_saved_count"), _sum(work, "commits_count")
    cost = _times(tokens, TOKEN_PRICE_PER_1000_USD / 1000)
    hours = _times(_sum(savings, "time_saved_minutes"), 1 / 60)
    covered = [{"days": 1, **row} for row in work if row["test_coverage_percent"] is not None]
    coverage = _ratio(_sum(covered, "test_coverage_percent"), _sum(covered, "days"))
    hits, accepted = "memory_hits", "suggestions_accepted"
    shown = (
        ("Tokens saved", tokens, "{:,.0f}"),
        (f"Cost saved at ${TOKEN_PRICE_PER_1000_USD} per 1,000 tokens", cost, "${:,.2f}"),
        ("Annual projection", _times(cost, 365 / window.days), "${:,.2f}"),
        ("Time saved", hours, "{:,.1f} hours"),
        ("Commits", commits, "{:,.0f}"),
        ("Commits a day", _times(commits, 1 / window.days), "{:.2f}"),
        ("Pull requests merged", _sum(work, "prs_merged"), "{:,.0f}"),
        ("Test coverage", coverage, "{:.1f} %"),
        ("Memory hit rate", _share(copilot, hits, "memory_misses"), "{:.1%}"),
        ("Suggestions accepted", _share(copilot, accepted, "suggestions_rejected"), "{:.1%}"),
    )
    said = (
        f"{label}: {'not recorded' if value is None else pattern.format(value)}"
        for label, value, pattern in shown
    )
    return "\n".join((f"{window.first} to {window.last}, {window.days} days", *said))


def _known(row: Row) -> Row:
    """Return the columns to deliver; an execution's time with the offset it was read at."""
    told = {name: value for name, value in row.items() if name != "id" and value is not None}
    if "timestamp" in told:
        at, utc = (datetime.fromisoformat(told[name]) for name in ("timestamp", "created_at"))
        told["timestamp"] = at.replace(tzinfo=timezone(at - utc)).isoformat(timespec="microseconds")
        told["success"] = bool(told["success"])
    return told


def _sum(rows: list[Row], name: str) -> _Figure:
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known) if known else None


def _times(value: _Figure, factor: float) -> _Figure:
    return None if value is None else value * factor


def _ratio(part: _Figure, whole: _Figure) -> _Figure:
    return part / whole if part is not None and whole else None


def _share(rows: list[Row], part: str, rest: str) -> _Figure:
    """Of the days that know one of both, the share of ``part``: a rate of sums."""
    parts = _sum(rows, part) or 0
    return _ratio(parts, parts + (_sum(rows, rest) or 0))
