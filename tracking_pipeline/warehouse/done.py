"""What was last done, and on what: work whose ground is the same need not be done again."""

import duckdb


def is_done(con: duckdb.DuckDBPyConnection, work: str, ground: str) -> bool:
    """Return whether ``work`` was last done on this ground."""
    con.execute("create schema if not exists meta")
    con.execute("create table if not exists meta.done (work varchar, ground varchar)")
    found = con.execute("select ground from meta.done where work = ?", [work]).fetchall()
    return found == [(ground,)]


def note_done(con: duckdb.DuckDBPyConnection, work: str, ground: str) -> None:
    """Note that ``work`` has been done on this ground, which `is_done` was asked for before."""
    con.execute("delete from meta.done where work = ?", [work])
    con.execute("insert into meta.done values (?, ?)", [work, ground])
