"""Erased people on the way into the tables: whose records stay out, and who is remembered."""

from collections.abc import Collection

import duckdb
import pyarrow as pa

from tracking_pipeline.sources.record import Source
from tracking_pipeline.state.people import Person
from tracking_pipeline.warehouse.swap import quote


def note_erased(con: duckdb.DuckDBPyConnection, record_ids: Collection[str]) -> None:
    """Fill the temporary table ``erased_records``: the identities that stay out."""
    con.register("tombstones", pa.table({"record_id": pa.array(sorted(record_ids), pa.string())}))
    con.execute("create or replace temp table erased_records as from tombstones")
    con.unregister("tombstones")


def note_returned(con: duckdb.DuckDBPyConnection, parsed: str) -> None:
    """Note the files that brought records of an erased person again: these stay out, not they."""
    con.execute(
        "insert into landing.returned "
        f"select distinct file_id from {parsed} semi join erased_records using (record_id)"
    )


def returned(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the paths of the files that hold records of an erased person until they are cut."""
    rows = con.execute(
        "select distinct source || '/' || relative_path from landing.manifest "
        "semi join landing.returned using (file_id) order by 1"
    ).fetchall()
    return [path for (path,) in rows]


def named(con: duckdb.DuckDBPyConnection, source: Source) -> list[Person]:
    """Return whom the batch names and has a record of that stays in; the last name of each."""
    staying = " union ".join(
        f"select {quote(column)} as pseudonym from {quote(f'parsed_{kind}')} "
        "where record_id not in (from erased_records)"
        for kind, column in pseudonymous(source)
    )
    if not con.execute("select 1 from parsed_people limit 1").fetchall():
        return []
    rows = con.execute(_NAMED.format(staying=staying)).fetchall()
    return [Person(*row) for row in rows]


def pseudonymous(source: Source) -> list[tuple[str, str]]:
    """Return the kind and name of each column of ``source`` that holds pseudonyms."""
    return [
        (kind.name, field.column)
        for kind in source.kinds
        for field in kind.own_fields
        if field.privacy == "pseudonym"
    ]


_NAMED = """
with staying as ({staying})

select
    p.pseudonym,
    last(p.email order by f.position),
    last(p.name order by f.position) filter (p.name is not null),
from parsed_people as p
semi join staying using (pseudonym)
inner join batch_files as f using (file_id)
group by p.pseudonym
order by p.pseudonym
"""
