"""The rows of an assistant's SQLite database, none of whose own code runs. Runs in a child process.

Only the five tables of the original are read, in whole columns, out of a copy in memory. What could
run when they are read (views, virtual tables, triggers, generated columns, indexes on expressions)
is refused or left aside.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import count, islice
from typing import cast

from tracking_pipeline.listing import listed
from tracking_pipeline.sources.strict import JsonValue, Record, RefusedError

_MAGIC = b"SQLite format 3\0"
TABLES = {
    "engineer_profile": "engineer_profile",
    "performance_metrics": "capability_execution",
    "productivity_metrics": "productivity_day",
    "cost_savings": "cost_saving_day",
    "copilot_metrics": "copilot_day",
}
"""The kind of record that each table holds."""

MAX_ROWS = 150_000
MAX_CHARACTERS = 40 * 2**20
MAX_ROW_CHARACTERS = 2**20
_SHOWN_CHARACTERS = 2**16
_SHOWN_FINDINGS = 100
_SHOWN_BYTES = 32
_MOST_BYTES = 2**30  # more than a database that is read holds
_SHOWN_NAME = 80

# A row takes some thirty steps of the engine: what takes this many goes in circles.
_STEPS, _STEPS_AT_ONCE = 100_000_000, 10_000
_HEADER_BYTES = 100
_JOURNAL_MODES = slice(18, 20)
_PLAIN_TABLE = re.compile(r"\s*create\s+table\b", re.IGNORECASE)


def whole_row(asked: bytes) -> JsonValue:
    """Return the row of a number, given on a line before the database, whole and as it is stored.

    A JSON object, a blob as its hexadecimal digits; None when there is no such row.
    """
    number, _, content = asked.partition(b"\n")
    with closing(sqlite3.connect(":memory:")) as con:
        _open(con, content)
        rows = (record for _, _, record in _stored(con, _tables(con)[0], _MOST_BYTES))
        row = next(islice(rows, int(number) - 1, None), None)
    return row and json.dumps(row, ensure_ascii=False)


def read(content: bytes) -> JsonValue:
    """Return ``rows``, each a kind, a place, its JSON and the length of that, and ``findings``.

    A row that is too long is cut. Raises RefusedError for what is no database or a damaged one, has
    other things in the place of tables, or holds more than the limits.
    """
    is_whole = content.startswith(_MAGIC) and len(content) >= _HEADER_BYTES
    if content and not is_whole:
        raise RefusedError("bad_database", "is no SQLite database")
    with closing(sqlite3.connect(":memory:")) as con:
        try:
            _open(con, content)
            return _contents(con)
        except sqlite3.Error as error:
            code = "too_slow" if "interrupted" in str(error) else "bad_database"
            raise RefusedError(code, f"is no whole SQLite database: {error}") from error


def _open(con: sqlite3.Connection, content: bytes) -> None:
    con.text_factory = lambda text: text.decode(errors="surrogateescape")
    if content:
        # Without its log beside it, a database in WAL mode is read as it stands.
        copy = bytearray(content)
        copy[_JOURNAL_MODES] = b"\1\1"
        con.deserialize(copy)
    for pragma in ("trusted_schema = off", "query_only = on", "cell_size_check = on"):
        con.execute(f"pragma {pragma}")
    calls = count()
    con.set_progress_handler(lambda: next(calls) > _STEPS // _STEPS_AT_ONCE, _STEPS_AT_ONCE)
    con.set_authorizer(_may)


def _may(
    action: int, name: str | None, _column: str | None, _schema: str | None, inner: str | None
) -> int:
    """Let tables be read, by nothing that stands in the database itself."""
    readable = {*TABLES, "sqlite_master"}
    is_allowed = inner is None and (
        action == sqlite3.SQLITE_SELECT
        or (action == sqlite3.SQLITE_READ and str(name).lower() in readable)
        or (action == sqlite3.SQLITE_PRAGMA and name == "table_xinfo")
    )
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def _contents(con: sqlite3.Connection) -> JsonValue:
    names, findings = _tables(con)
    if not names:
        raise RefusedError("no_known_table", _without_tables(findings))
    for name in names:
        computed = _columns(con, name)[1]
        findings += [["generated_column", _shown(f"{name}.{column}")] for column in computed]
    rows: list[JsonValue] = []
    n_characters = 0
    for kind, place, record in _stored(con, names):
        record["kind"] = kind
        text = json.dumps(record, ensure_ascii=False)
        shown = text if len(text) <= MAX_ROW_CHARACTERS else text[:_SHOWN_CHARACTERS]
        rows.append([kind, place, shown, len(text)])
        n_characters += len(shown)
        if len(rows) > MAX_ROWS or n_characters > MAX_CHARACTERS:
            raise RefusedError("too_big", f"holds more than {MAX_ROWS} rows, or too long ones")
    return {"rows": rows, "findings": findings[:_SHOWN_FINDINGS]}


def _stored(
    con: sqlite3.Connection, names: Iterable[str], most_bytes: int = _SHOWN_BYTES
) -> Iterator[tuple[str, str, Record]]:
    """Yield the kind and place of each row of the tables, and the row, its blobs cut."""
    for name in sorted(names, key=lambda name: list(TABLES).index(name.lower())):
        for place, record in _rows(con, name, _columns(con, name)[0], most_bytes):
            yield TABLES[name.lower()], place, record


def _tables(con: sqlite3.Connection) -> tuple[list[str], list[JsonValue]]:
    """Return the names of the tables to read, and what else there is; refuse what only looks so."""
    names: list[str] = []
    findings: list[JsonValue] = []
    # Who tampers with a schema may leave no text in it.
    for entry in con.execute("select type, name, tbl_name, sql from sqlite_master").fetchall():
        type_, name, table, sql = map(str, entry)
        if name.lower() in TABLES and type_ != "index":
            if type_ != "table" or not _PLAIN_TABLE.match(sql):
                raise RefusedError("unsafe_database", f"{name} is no plain table but a {type_}")
            names.append(name)
        elif type_ == "trigger" and table.lower() in TABLES:
            raise RefusedError("unsafe_database", f"its table {table} has a trigger")
        elif type_ in {"table", "view"} and not name.startswith("sqlite_"):
            findings.append(["unknown_table", _shown(name)])
    return names, findings


def _without_tables(findings: list[JsonValue]) -> str:
    others = [str(name) for _, name in cast("list[tuple[str, str]]", findings)]
    held = f"it holds {listed(others)}" if others else "it holds none at all"
    hint = ", or its newest changes lie in a log beside it: let its program close it first"
    return f"has none of the tables {', '.join(TABLES)}; {held}{hint}"


def _columns(con: sqlite3.Connection, table: str) -> tuple[list[str], list[str]]:
    """Return the columns that are stored and those that would be computed."""
    columns = con.execute(f"pragma table_xinfo({_quoted(table)})").fetchall()
    stored = [name for _, name, *_, hidden in columns if not hidden]
    # A long row is cut, and not before what it says of consent.
    stored.sort(key=lambda name: name.lower() != "consent")
    return stored, [name for _, name, *_, hidden in columns if hidden]


def _rows(
    con: sqlite3.Connection, table: str, columns: list[str], most_bytes: int
) -> Iterator[tuple[str, Record]]:
    """Yield the place of each row, by its id or else its number, and the row."""
    names = [name.lower() for name in columns]
    listed = ", ".join(map(_quoted, columns))
    # An index on an expression would be computed.
    found = con.execute(f"select {listed} from {_quoted(table)} not indexed")
    for number, row in enumerate(found, start=1):
        values = (_plain(value, most_bytes) for value in row)
        record = dict(zip(names, values, strict=True))
        id_ = record.get("id")
        shown = id_ if isinstance(id_, int) else number
        yield f"{table} row {shown}", record


def _plain(value: str | float | bytes | None, most_bytes: int) -> JsonValue:
    if isinstance(value, bytes):
        return {"blob": value[:most_bytes].hex(), "bytes": len(value)}
    return value


def _shown(name: str) -> str:
    return name[:_SHOWN_NAME].encode(errors="replace").decode()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
