"""The landing tables: one a record kind, and what happened to files and refused records."""

import duckdb

from tracking_pipeline.errors import WarehouseCorruptError
from tracking_pipeline.sources.projection import landed_columns
from tracking_pipeline.sources.record import RecordKind
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.warehouse.swap import quote

# Every kind begins with as many columns; then stands the batch, then what is its own.
_N_COMMON = 8
# Where a record was found is no part of what it says.
_WHEREABOUTS = {"record_id", "provenance", "file_id", "line_number"}

_BOOKS = (
    """
    create table if not exists landing.manifest (
        file_id varchar, batch_id bigint, source varchar, relative_path varchar,
        content_hash varchar, object_hash varchar, size_bytes bigint, start_offset bigint,
        end_offset bigint, format varchar, outcome varchar, reason varchar, received_at timestamp,
        first_observed_at timestamp, last_observed_at timestamp, n_records bigint,
        n_accepted bigint, n_duplicate bigint, n_quarantined bigint, n_blank bigint,
        n_pending bigint
    )
    """,
    """
    create table if not exists landing.quarantine (
        quarantine_id varchar, file_id varchar, batch_id bigint, source varchar,
        relative_path varchar, kind varchar, line_number bigint, byte_offset bigint,
        reason_code varchar, reason varchar, raw blob, raw_size bigint, status varchar,
        quarantined_at timestamp
    )
    """,
    # Warehouses of before have the table without these.
    "alter table landing.quarantine add column if not exists observed_at timestamp",
    "alter table landing.quarantine add column if not exists record_id varchar",
    """
    create table if not exists landing.findings (
        file_id varchar, batch_id bigint, source varchar, kind varchar, finding varchar,
        field varchar, n_records bigint
    )
    """,
    "create table if not exists landing.returned (file_id varchar)",
)


# Copies are not read again: the rows of a content are those of the file that brought it first. What
# the same bytes say may depend on what the file is called up to its first - or dot.
_CURRENT_FILES = """
create or replace view landing.current_files as
with manifest as (
    select *, lower(regexp_extract(relative_path, '([^/.-]+)[^/]*$', 1)) as called
    from landing.manifest
    where outcome <> 'rejected'
)

select
    m.source,
    m.relative_path,
    arg_max(c.file_id, (m.received_at, m.batch_id, m.called = c.called, -c.batch_id)) as file_id,
    max(m.received_at) as received_at,
from manifest as m
inner join manifest as c using (source, content_hash)
where c.outcome = 'loaded'
group by m.source, m.relative_path
"""


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing of the schema ``landing``; WarehouseCorruptError of another version.

    The view ``current_files`` has one row a (source, relative_path): the ``file_id`` under which
    the rows of its newest readable delivery landed, and when that was received.
    """
    con.execute("create schema if not exists landing")
    for statement in _BOOKS:
        con.execute(statement)
    for source in SOURCES.values():
        for kind in source.kinds:
            con.execute(_record_table(kind))
            _expect_columns(con, kind)
    con.execute(_CURRENT_FILES)


def _expect_columns(con: duckdb.DuckDBPyConnection, kind: RecordKind) -> None:
    """Refuse a table that an older version of this package made: its rows lack what it reads."""
    held = set(con.table(f"landing.{quote(kind.table)}").columns)
    missing = [name for name, _ in landed_columns(kind) if name not in held]
    if missing:
        raise WarehouseCorruptError(
            f"landing.{kind.table}",
            f"was made by another version, without the columns {', '.join(missing)}",
            "Run `tracking rebuild`: it reads the archive again",
        )


def body(kind: RecordKind) -> list[str]:
    """Return the columns, quoted, in which two records of one identity may contradict."""
    beside = _WHEREABOUTS | kind.circumstances
    return [quote(name) for name, _ in landed_columns(kind) if name not in beside]


def _record_table(kind: RecordKind) -> str:
    typed = [f"{quote(name)} {sql_type}" for name, sql_type in landed_columns(kind)]
    typed.insert(_N_COMMON, "batch_id bigint")
    return f"create table if not exists landing.{quote(kind.table)} ({', '.join(typed)})"
