"""What of the warehouse is published: tables as they are, views by their SQL, events as files.

A view that reads landed records is a leaf: its rows go to Parquet files, one for each new range of
batches, never rewritten. Every view above a leaf is created again from its own SQL. Landed,
quarantined and unknown fields stay behind.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path
from typing import Any

import duckdb

from tracking_pipeline.errors import QueryError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.warehouse.swap import literal, quote

SCHEMAS = ("marts", "seeds", "analysis")
PRIVATE_SCHEMA = "landing"
PRIVATE_COLUMNS = ("extras",)
MAX_FILES = 64
"""Beyond this many files a leaf is exported anew as one: many small files read slowly."""

# A view's SQL names it, then tells its query.
_VIEWS = r"""
select
    schema_name,
    view_name,
    sql,
    json_serialize_sql(regexp_extract(sql, '^.*? AS (.*?);?\s*$', 1, 's')),
from duckdb_views()
where database_name = current_database() and not internal
"""


@dataclass(frozen=True, order=True)
class Relation:
    """A table or view; as text its quoted name."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{quote(self.schema)}.{quote(self.name)}"


@dataclass(frozen=True)
class EventFile:
    """The rows of ``leaf`` that arrived in the batches up to ``last_batch``.

    ``path`` is relative to the snapshots' folder; ``checksum`` tells which warehouse and which
    SQL made it.
    """

    leaf: str
    path: str
    checksum: str
    last_batch: int


@dataclass
class Contents:
    """What goes into a snapshot, ``views`` in an order in which they can be created."""

    tables: list[Relation] = field(default_factory=list)
    leaves: list[Relation] = field(default_factory=list)
    views: list[Relation] = field(default_factory=list)
    sql: dict[Relation, str] = field(default_factory=dict)
    reads: dict[Relation, list[Relation]] = field(default_factory=dict)


def contents(con: duckdb.DuckDBPyConnection) -> Contents:
    """Return what readers may see of the open warehouse."""
    found = Contents()
    for schema, name, sql, tree in con.execute(_VIEWS).fetchall():
        view = Relation(schema, name)
        found.sql[view], found.reads[view] = sql, _inputs(view, tree)
    for relation in _published(con):
        _add(found, relation)
    return found


def _published(con: duckdb.DuckDBPyConnection) -> list[Relation]:
    """Return the relations of the published schemas, without what a killed build left there."""
    rows = con.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = current_database() and table_schema in (?, ?, ?) "
        "and not suffix(table_name, '__new') order by all",
        SCHEMAS,
    ).fetchall()
    return [Relation(*row) for row in rows]


def _add(found: Contents, relation: Relation) -> None:
    """Add ``relation`` below what it reads; a table is copied, wherever it stands."""
    if relation in (*found.tables, *found.leaves, *found.views):
        return
    if relation not in found.sql:
        found.tables.append(relation)
        return
    inputs = found.reads[relation]
    if any(read.schema == PRIVATE_SCHEMA for read in inputs):
        found.leaves.append(relation)
        return
    for read in inputs:
        _add(found, read)
    found.views.append(relation)


def _inputs(view: Relation, tree: str) -> list[Relation]:
    """Return what a view's query reads by a qualified name, from its syntax tree."""
    read: set[Relation] = set()

    def note(node: dict[str, Any]) -> None:
        if node.get("error"):
            fix = "Build it again with `tracking run`, or under another name"
            raise QueryError(str(view), f"its SQL tells no query ({node['error_message']})", fix)
        if node.get("type") == "BASE_TABLE" and node["schema_name"]:
            read.add(Relation(node["schema_name"], node["table_name"]))

    json.loads(tree, object_hook=note)
    return sorted(read)


def export(
    con: duckdb.DuckDBPyConnection,
    found: Contents,
    before: Sequence[EventFile],
    folder: Path,
    version: str,
) -> list[EventFile]:
    """Write the batches that ``before`` does not hold and return all event files, old and new."""
    files: list[EventFile] = []
    generation = _generation(con)
    for leaf in found.leaves:
        checksum = _checksum(con, found, leaf, generation)
        kept = [file for file in before if (file.leaf, file.checksum) == (str(leaf), checksum)]
        kept = kept if len(kept) < MAX_FILES else []
        last = max((file.last_batch for file in kept), default=-1)
        newest = _newest_batch(con, leaf)
        if newest > last or not kept:
            path = f"events/{leaf.name}/{version}.parquet"
            _write_batches(con, leaf, last, folder / path)
            kept.append(EventFile(str(leaf), path, checksum, newest))
        files += kept
    return files


def _newest_batch(con: duckdb.DuckDBPyConnection, leaf: Relation) -> int:
    newest = con.execute(f"select coalesce(max(batch_id), -1) from {leaf}").fetchall()
    return int(newest[0][0])


def _write_batches(con: duckdb.DuckDBPyConnection, leaf: Relation, after: int, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    private = ", ".join(literal(name) for name in PRIVATE_COLUMNS)
    con.execute(
        f"copy (select columns(name -> name not in ({private})) from {leaf} "
        f"where batch_id > {after}) to {literal(file)} (format parquet)"
    )
    failpoint("publish.events_written")


def _generation(con: duckdb.DuckDBPyConnection) -> str:
    """Return the name of this warehouse; a rebuilt one has another, and shares no event file."""
    con.execute("create schema if not exists meta")
    con.execute("create table if not exists meta.generation (generation varchar)")
    con.execute(
        "insert into meta.generation select uuid()::varchar where not exists (from meta.generation)"
    )
    return str(con.execute("select generation from meta.generation").fetchall()[0][0])


def _checksum(
    con: duckdb.DuckDBPyConnection, found: Contents, leaf: Relation, generation: str
) -> str:
    columns = con.execute(f"describe {leaf}").fetchall()
    return md5(
        repr((generation, found.sql[leaf], columns)).encode(), usedforsecurity=False
    ).hexdigest()
