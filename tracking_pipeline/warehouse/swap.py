"""Primitives that put a finished table or view in the place of the old one."""

import duckdb


def quote(name: str) -> str:
    """Return ``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """Return ``text``, a path for one, as a quoted SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def relation_kind(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> str | None:
    """Return ``'table'``, ``'view'`` or None when ``schema.name`` does not exist."""
    rows = connection.execute(
        "select table_type from information_schema.tables "
        "where table_catalog = current_database() and table_schema = ? and table_name = ?",
        [schema, name],
    ).fetchall()
    if not rows:
        return None
    return "view" if rows[0][0] == "VIEW" else "table"


def drop(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> None:
    """Drop ``schema.name``, whatever it is; nothing when it does not exist."""
    kind = relation_kind(connection, schema, name)
    if kind is not None:
        connection.execute(f"drop {kind} {quote(schema)}.{quote(name)}")


def swap(connection: duckdb.DuckDBPyConnection, schema: str, built: str, name: str) -> None:
    """Rename the table ``built`` to ``name`` over the old one; call it inside a transaction."""
    drop(connection, schema, name)
    connection.execute(f"alter table {quote(schema)}.{quote(built)} rename to {quote(name)}")
