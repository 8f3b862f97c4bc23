"""How the calls of a day and the commits of a day become its one delivered row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .checked import DERIVED
from .store import COPILOT, DAILY, PRODUCTIVITY, SAVINGS, Row, write

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from .git_history import Commit

TOKEN_PRICE_PER_1000_USD = 0.03
_COMMITS_OF_A_DAY = """
    WITH seen AS (
        SELECT max(is_merge) AS is_merge, max(lines_added) AS added, max(lines_deleted) AS deleted
        FROM private.commits WHERE metric_date = ? GROUP BY commit_id
    )
    SELECT sum(1 - is_merge) AS commits_count, sum(is_merge) AS prs_merged,
        sum(added) AS lines_added, sum(deleted) AS lines_deleted
    FROM seen HAVING count(*) > 0"""


def tell(con: sqlite3.Connection, whose: Row, table: str, figures: Mapping[str, Any]) -> None:
    """Add one call to the day of ``whose`` (engineer_email, metric_date, created_at)."""
    day = whose["metric_date"]
    total = json.dumps(_added(_told(con, table, day), figures))
    row = {"daily_table": table, "metric_date": day, "figures": total}
    write(con, "private.told", row, ["daily_table", "metric_date"])
    _settle(con, whose, table)


def replace_commits(
    con: sqlite3.Connection, whose: Row, repository: str, commits: Iterable[Commit], since: str
) -> list[str]:
    """Take ``commits`` as all that ``repository`` holds from ``since`` on; return changed dates."""
    rows = {(repository, *commit) for commit in commits if commit.metric_date >= since}
    scope = "FROM private.commits WHERE repository = ? AND metric_date >= ?"
    stood = {tuple(row) for row in con.execute(f"SELECT * {scope}", (repository, since))}
    con.execute(f"DELETE {scope}", (repository, since))
    con.executemany("INSERT INTO private.commits VALUES (?, ?, ?, ?, ?, ?)", rows)
    days = sorted({row[2] for row in rows ^ stood})
    return [day for day in days if _settle(con, {**whose, "metric_date": day}, PRODUCTIVITY)]


def _added(before: Mapping[str, Any], figures: Mapping[str, Any]) -> Row:
    """Return the calls of a day with one more: counts add up, of the coverage the last stands.

    The mean context size is weighed by the injections of its call (1 when it names none), so its
    sum and weight are kept beside the figures.
    """
    total = dict(before)
    for name, value in figures.items():
        if name == "test_coverage_percent":
            total[name] = value
        elif name == "avg_context_tokens":
            weight = figures.get("context_injections") or 1
            total["context_tokens"] = total.get("context_tokens", 0) + value * weight
            total["context_weight"] = total.get("context_weight", 0) + weight
        else:
            total[name] = total.get(name, 0) + value
    return total


def _figures(table: str, told: Mapping[str, Any], git: Mapping[str, int]) -> Row:
    """Return the delivered figures of a day from its calls and what git counts of it.

    Nothing counts twice: commits and lines are git's once it has seen a commit of that day, and
    the calls' otherwise. Of merged pull requests the larger stands, for a squashed one leaves no
    merge commit. What nobody told is None. Cost: tokens / 1000 * 0.03 (figures.md, Telemetry).
    """
    row = {name: told.get(name) for name in DAILY[table]}
    if table == SAVINGS and row["tokens_saved_count"] is not None:
        row[DERIVED] = round(row["tokens_saved_count"] / 1000 * TOKEN_PRICE_PER_1000_USD, 6)
    if table == COPILOT and told.get("context_weight"):
        row["avg_context_tokens"] = round(told["context_tokens"] / told["context_weight"])
    if table == PRODUCTIVITY and git:
        merged = max(git["prs_merged"], row["prs_merged"] or 0)
        row = {**row, **git, "prs_merged": merged}
    return row


def _settle(con: sqlite3.Connection, whose: Row, table: str) -> bool:
    """Write the day's row if its figures are no longer those that stand; return whether so."""
    day = whose["metric_date"]
    git = con.execute(_COMMITS_OF_A_DAY, (day,)).fetchone() if table == PRODUCTIVITY else None
    row = _figures(table, _told(con, table, day), dict(git or {}))
    key = ["engineer_email", "metric_date"]
    where = " AND ".join(f"{name} = :{name}" for name in key)
    standing = con.execute(f"SELECT * FROM {table} WHERE {where}", whose).fetchone()
    if standing:
        # A figure that was delivered is taken back by 0: silence would leave it standing.
        row = {
            name: 0 if row[name] is None and standing[name] is not None else row[name]
            for name in row
        }
    is_changed = not standing or any(standing[name] != row[name] for name in row)
    if is_changed:
        write(con, table, {**whose, **row}, key)
    return is_changed


def _told(con: sqlite3.Connection, table: str, day: str) -> Row:
    """Return what calls told of a day so far."""
    query = "SELECT figures FROM private.told WHERE daily_table = ? AND metric_date = ?"
    row = con.execute(query, (table, day)).fetchone()
    return dict(json.loads(row["figures"])) if row else {}
