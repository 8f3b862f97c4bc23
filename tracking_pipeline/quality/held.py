"""Up to which batch a landed table was found to hold all of its suite: its rows only ever come."""

from hashlib import sha256

import duckdb

from tracking_pipeline.quality.suites import Suite
from tracking_pipeline.warehouse.swap import quote

_CREATE = """
create schema if not exists meta;
create table if not exists meta.held (
    table_name varchar, suite varchar, batch bigint, n_rows bigint
)
"""


def held_until(con: duckdb.DuckDBPyConnection, suite: Suite, batch: str) -> int | None:
    """Return the last batch whose rows, and all before, held this suite; None to ask all rows.

    ``batch`` is the column of the batches. Rows that went since then, or came under an old batch,
    are seen by their number.
    """
    con.execute(_CREATE)
    found = con.execute(
        "select batch from meta.held where table_name = ? and suite = ? and n_rows = "
        f"(select count(*) from landing.{quote(suite.table)} where {quote(batch)} <= held.batch)",
        [suite.table, fingerprint(suite)],
    ).fetchall()
    return int(found[0][0]) if found else None


def note_held(con: duckdb.DuckDBPyConnection, suite: Suite, batch: str) -> None:
    """Note that all rows hold the suite, of which `held_until` was asked before."""
    con.execute("delete from meta.held where table_name = ?", [suite.table])
    con.execute(
        f"insert into meta.held select ?, ?, max({quote(batch)}), count(*) "
        f"from landing.{quote(suite.table)} having count(*) > 0",
        [suite.table, fingerprint(suite)],
    )


def forget_held(con: duckdb.DuckDBPyConnection) -> None:
    """Ask all rows of all tables again, whatever held."""
    con.execute(_CREATE)
    con.execute("delete from meta.held")


def fingerprint(suite: Suite) -> str:
    """Return what names the suite: another when anything else is expected."""
    return sha256(repr(suite).encode()).hexdigest()
