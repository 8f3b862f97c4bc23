"""Primitives that put a finished table or view in the place of the old one."""

from contextlib import suppress
from typing import Literal

import duckdb

Kind = Literal["table", "view"]


def quote(name: str) -> str:
    """Return ``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Return ``text``, a path for one, as a quoted SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def relation_kind(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> str | None:
    """Return ``'table'``, ``'view'`` or None when ``schema.name`` does not exist."""
    # The catalogue's list of all tables costs many times as much as asking for this one.
    with suppress(duckdb.CatalogException):
        connection.table(f"{quote(schema)}.{quote(name)}")
        return "table"
    views = connection.execute(
        "select 1 from duckdb_views() "
        "where database_name = current_database() and schema_name = ? and view_name = ?",
        [schema, name],
    )
    return "view" if views.fetchone() else None


def drop(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    """Drop ``schema.name``, whatever it is; nothing when it does not exist."""
    relation = f"{quote(schema)}.{quote(name)}"
    try:
        connection.execute(f"drop table if exists {relation}")
    except duckdb.CatalogException:
        # It is a view; asking first costs more than this error, which ends no transaction.
        connection.execute(f"drop view if exists {relation}")


def swap(
    connection: duckdb.DuckDBPyConnection, schema: str, built: str, name: str, kind: Kind = "table"
) -> None:
    """Rename what was built to ``name`` over the old one; call it inside a transaction."""
    drop(connection, schema, name)
    connection.execute(f"alter {kind} {quote(schema)}.{quote(built)} rename to {quote(name)}")
