"""Cuts in SQLite databases, which runs in a child process: nothing of a row stays in its pages."""

import base64
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass

from tracking_pipeline.landing.erasure.spans import Personal
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.sources.record import ERASED
from tracking_pipeline.sources.strict import JsonValue, RefusedError

_JOURNAL_MODES = slice(18, 20)

Cell = str | bytes | int | float | None


def cut(asked: bytes) -> JsonValue:
    """Return the database in ``asked`` (base64) without the person, or ``alone`` without any row.

    ``asked`` is the line of `yaml_text.question` before the content. Null when the person is not in
    it; RefusedError for what is no whole database.
    """
    told, _, content = asked.partition(b"\n")
    question = json.loads(told)
    whom = Whom(tuple(question["texts"]), frozenset())
    of = Personal(frozenset(map(tuple, question["paths"])), frozenset(question["sections"]))
    copy = bytearray(content)
    copy[_JOURNAL_MODES] = b"\1\1"
    try:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
            return _cut(con, bytes(copy), whom, of)
    except (sqlite3.Error, OverflowError) as error:
        raise RefusedError("bad_database", f"is no whole SQLite database: {error}") from error


def _cut(con: sqlite3.Connection, content: bytes, whom: Whom, of: Personal) -> JsonValue:
    con.deserialize(content)
    con.text_factory = lambda text: text.decode(errors="surrogateescape")
    con.execute("pragma trusted_schema = off")
    con.execute("pragma secure_delete = on")
    for (name,) in con.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        con.execute(f"drop trigger {_quoted(name)}")
    tables = [_table(con, name, whom, of) for name in _names(con)]
    if not any(table.n_cut for table in tables):
        return None
    if not any(table.n_left for table in tables):
        return {"alone": True}
    con.execute("vacuum")
    return {"content": base64.b64encode(con.serialize()).decode()}


@dataclass(frozen=True)
class _Counts:
    n_cut: int
    n_left: int


def _names(con: sqlite3.Connection) -> list[str]:
    rows = con.execute(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' "
        "escape '\\' and sql not like 'create virtual%'"
    )
    return [name for (name,) in rows.fetchall()]


def _table(con: sqlite3.Connection, table: str, whom: Whom, of: Personal) -> _Counts:
    """Delete the rows about the person, and mark texts that name them in the other rows."""
    columns = [row[1] for row in con.execute(f"pragma table_xinfo({_quoted(table)})") if not row[6]]
    key, rows = _rows(con, table, columns)
    n_cut = n_deleted = 0
    for row in rows:
        found = [n for n, cell in enumerate(row[len(key) :]) if _is_written_in(cell, whom)]
        if not found:
            continue
        n_cut += 1
        names = [_quoted(columns[n]) for n in found]
        owners = [of.owner((columns[n].lower(),), is_root_record=True) for n in found]
        marked = ", ".join(f"{name} = '{ERASED}'" for name in names)
        change = f"update {_quoted(table)} set {marked}"
        if () in owners:
            n_deleted += 1
            change = f"delete from {_quoted(table)}"
        match = " and ".join(f"{name} is ?" for name in key or map(_quoted, columns))
        con.execute(f"{change} where {match}", row[: len(key)] or row)
    return _Counts(n_cut, len(rows) - n_deleted)


def _rows(
    con: sqlite3.Connection, table: str, columns: list[str]
) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Return the rows of a table behind the key that finds each; a few tables have none."""
    listed = ", ".join(map(_quoted, columns))
    try:
        found = con.execute(f"select _rowid_, {listed} from {_quoted(table)} not indexed")
        return ["_rowid_"], found.fetchall()
    except sqlite3.OperationalError:
        return [], con.execute(f"select {listed} from {_quoted(table)}").fetchall()


def _is_written_in(cell: Cell, whom: Whom) -> bool:
    if isinstance(cell, bytes):
        cell = cell.decode(errors="replace")
    return isinstance(cell, str) and whom.is_written_in(cell)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
