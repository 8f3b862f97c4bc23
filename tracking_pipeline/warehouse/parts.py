"""Which parts of the published tables are not as the version before holds them.

A part is the rows of a table that share its first date, or all rows of a table without dates. Its
digest rests on the rows alone, so whatever changed them is seen: new batches, late or deleted
records, another formula. Only such parts are written.
"""

from collections.abc import Iterable

import duckdb

from tracking_pipeline.warehouse.connection import transaction
from tracking_pipeline.warehouse.published import Relation
from tracking_pipeline.warehouse.swap import literal, quote

_COLUMNS = "(relation varchar, columns varchar, day date, digest varchar)"
_HELD = "published.meta.parts"
_WANTED = "temp.wanted_parts"
_CHANGED = "temp.changed_parts"
_SHAPE = "shape"
"""In the place of a digest: the row that tells the columns of a table, even of an empty one."""


def bring_up_to_date(con: duckdb.DuckDBPyConnection, tables: Iterable[Relation]) -> None:
    """Make the attached database ``published`` hold ``tables`` as they are, and nothing else.

    It is empty, or a copy of what this function left before.
    """
    con.execute(f"create or replace temp table wanted_parts {_COLUMNS}")
    dates = {str(table): _note(con, table) for table in tables}
    with transaction(con):
        _drop_views(con)
        con.execute("create schema if not exists published.meta")
        con.execute(f"create table if not exists {_HELD} {_COLUMNS}")
        con.execute(
            f"create or replace temp table changed_parts as (from {_WANTED} except from {_HELD}) "
            f"union (from {_HELD} except from {_WANTED})"
        )
        for relation, is_of_other_shape in _changed(con):
            date = None if is_of_other_shape else dates[relation]
            _replace(con, relation, date) if relation in dates else _drop(con, relation)
        con.execute(f"create or replace table {_HELD} as from {_WANTED}")


def _note(con: duckdb.DuckDBPyConnection, table: Relation) -> str | None:
    """Note the parts of a table as they are wanted; return the date by which they are parted."""
    described = con.execute(f"describe {table}").fetchall()
    columns = [(quote(name), kind) for name, kind, *_ in described]
    date = next((name for name, kind in columns if kind == "DATE"), None)
    this = f"{literal(table)}, {literal(columns)}"
    names = ", ".join(name for name, _ in columns)
    con.execute(
        f"insert into {_WANTED} select {this}, null, {literal(_SHAPE)} union all select {this}, "
        f"{date or 'null'} as day, concat_ws('/', count(*), sum(hash({names}))) "
        f"from {table} group by all"
    )
    return date


def _drop_views(con: duckdb.DuckDBPyConnection) -> None:
    views = con.execute(
        "select schema_name, view_name from duckdb_views() "
        "where database_name = 'published' and not internal"
    ).fetchall()
    for view in views:
        con.execute(f"drop view published.{Relation(*view)}")


def _changed(con: duckdb.DuckDBPyConnection) -> list[tuple[str, bool]]:
    """Return the tables with changed parts, and whether their columns are among these."""
    return con.execute(
        f"select relation, bool_or(digest = {literal(_SHAPE)}) from {_CHANGED} group by all"
    ).fetchall()


def _drop(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    con.execute(f"drop table published.{relation}")


def _replace(con: duckdb.DuckDBPyConnection, relation: str, date: str | None) -> None:
    """Write the changed parts of a table; all of it when no date parts it."""
    if date is None:
        con.execute(f"create schema if not exists published.{relation.partition('.')[0]}")
        con.execute(f"create or replace table published.{relation} as from {relation}")
        return
    changed = (
        f"exists (from {_CHANGED} as changed where changed.relation = {literal(relation)} "
        f"and changed.day is not distinct from this.{date})"
    )
    con.execute(f"delete from published.{relation} as this where {changed}")
    con.execute(f"insert into published.{relation} from {relation} as this where {changed}")
