"""Cuts in SQLite databases, which runs in a child process: nothing of a row stays in its pages."""

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from tracking_pipeline.landing.erasure.question import asked
from tracking_pipeline.landing.erasure.spans import Personal
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.sources.record import ERASED
from tracking_pipeline.sources.strict import JsonValue, RefusedError

_JOURNAL_MODES = slice(18, 20)

Cell = str | bytes | int | float | None


def cut(line_and_content: bytes) -> JsonValue:
    """Return the database (base64) without the person, or ``alone`` when no row is left.

    Before its content stands the line of `question.question`. Null when the person is not in it;
    RefusedError for what is no whole database.
    """
    whom, of, content = asked(line_and_content)
    with _opened(content) as con:
        tables = [_table(con, name, whom, of) for name in _names(con)]
        n_cut = sum(table.n_cut for table in tables)
        if n_cut and not any(table.n_left for table in tables):
            return {"alone": True}
        con.execute("vacuum")
        left = con.serialize()
        if not n_cut and whom.remnants(left) == whom.remnants(content):
            return None
        return {"content": base64.b64encode(left).decode()}


def traces(line_and_content: bytes) -> JsonValue:
    """Return how many cells show the person, and how often free pages do.

    RefusedError for what is no whole database.
    """
    whom, _, content = asked(line_and_content)
    with _opened(content) as con:
        n_cells = sum(
            whom.traces(cell) > 0
            for name in _names(con)
            for row in con.execute(f"select * from {_quoted(name)}")
            for cell in map(_text, row)
        )
        con.execute("vacuum")
        return n_cells + max(whom.remnants(content) - whom.remnants(con.serialize()), 0)


@contextmanager
def _opened(content: bytes) -> Iterator[sqlite3.Connection]:
    """Open a copy in memory, none of whose own code runs."""
    copy = bytearray(content)
    copy[_JOURNAL_MODES] = b"\1\1"
    try:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
            con.deserialize(bytes(copy))
            con.text_factory = lambda text: text.decode(errors="surrogateescape")
            con.execute("pragma trusted_schema = off")
            con.execute("pragma secure_delete = on")
            triggers = con.execute("select name from sqlite_master where type = 'trigger'")
            for (name,) in triggers.fetchall():
                con.execute(f"drop trigger {_quoted(name)}")
            yield con
    except (sqlite3.Error, OverflowError) as error:
        raise RefusedError("bad_database", f"is no whole SQLite database: {error}") from error


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
        found = [n for n, cell in enumerate(row[len(key) :]) if whom.is_written_in(_text(cell))]
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


def _text(cell: Cell) -> str:
    if isinstance(cell, bytes):
        return cell.decode(errors="replace")
    return cell if isinstance(cell, str) else ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
