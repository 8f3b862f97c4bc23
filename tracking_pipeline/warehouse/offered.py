"""The published tables for other tools: a Parquet file each, and all in one DuckDB file."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracking_pipeline.errors import OfferError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import exclusive
from tracking_pipeline.warehouse.engine_errors import without_values
from tracking_pipeline.warehouse.published import SCHEMAS, Relation
from tracking_pipeline.warehouse.snapshot import open_snapshot
from tracking_pipeline.warehouse.swap import literal, quote

DATABASE = "tracking.duckdb"
GUIDE = "README.md"


@dataclass(frozen=True)
class Described:
    """What a relation holds, and what each of its columns means, where that is written down."""

    text: str
    columns: Mapping[str, str]


Descriptions = Mapping[tuple[str, str], Described]
"""By schema and name."""


@dataclass(frozen=True)
class Offered:
    """The folder that holds the files, and how many tables it offers."""

    folder: Path
    n_tables: int


def offer(settings: Settings, descriptions: Descriptions) -> Offered:
    """Write the current snapshot to ``tables/`` of the home as Parquet, DuckDB and a guide.

    Each file is replaced as a whole by a finished one: who has the old one open keeps it. Files of
    relations that are gone are removed, and no other. Raises SnapshotMissingError when nothing is
    published, OfferError when the files cannot be written.
    """
    folder = settings.tables_dir
    for each in (folder, settings.snapshots_dir):
        each.mkdir(parents=True, exist_ok=True)
    # The snapshot's connection may write nowhere else.
    room = settings.snapshots_dir / f"offering_{os.getpid()}"
    with (
        exclusive(settings.snapshots_dir / "offering.lock", settings.writer_wait_seconds),
        _emptied(room),
    ):
        _sweep(settings.snapshots_dir, room)
        try:
            relations = _written(settings, room, descriptions)
            failpoint("offer.written")
            _replace(room, folder)
        except (OSError, duckdb.Error) as error:
            reason = f"cannot be written ({without_values(error)})"
            raise OfferError(str(folder), reason, "Make room; the old files are intact") from error
    return Offered(folder, len(relations))


def _written(settings: Settings, room: Path, descriptions: Descriptions) -> list[Relation]:
    with open_snapshot(settings) as con:
        version = _version(con)
        relations = _relations(con)
        _write_parquet(con, relations, room)
    _write_database(relations, room, descriptions, version)
    (room / GUIDE).write_text(_guide(relations, descriptions, version), encoding="utf-8")
    return relations


def _version(con: duckdb.DuckDBPyConnection) -> str:
    """Return the version that this connection reads, whichever is current."""
    query = "select path from duckdb_databases() where database_name = current_database()"
    return Path(con.execute(query).fetchall()[0][0]).stem


@contextmanager
def _emptied(room: Path) -> Iterator[None]:
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    try:
        yield
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _sweep(snapshots: Path, room: Path) -> None:
    """Remove what killed processes left: the lock says that none of them lives."""
    for left in snapshots.glob("offering_*"):
        if left != room:
            shutil.rmtree(left, ignore_errors=True)


def _relations(con: duckdb.DuckDBPyConnection) -> list[Relation]:
    rows = con.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = current_database() and list_contains($1, table_schema) "
        "order by all",
        [list(SCHEMAS)],
    ).fetchall()
    return [Relation(schema, name) for schema, name in rows]


def _parquet(relation: Relation) -> Path:
    return Path("parquet", relation.schema, f"{relation.name}.parquet")


def _write_parquet(
    con: duckdb.DuckDBPyConnection, relations: Sequence[Relation], room: Path
) -> None:
    for relation in relations:
        target = room / _parquet(relation)
        target.parent.mkdir(parents=True, exist_ok=True)
        con.execute(
            f"copy (from {relation}) to {literal(target)} (format parquet, compression zstd)"
        )


def _write_database(
    relations: Sequence[Relation], room: Path, descriptions: Descriptions, version: str
) -> None:
    with duckdb.connect(str(room / DATABASE)) as con:
        # Each comment alone would be written to the disk and waited for.
        con.begin()
        for schema in sorted({relation.schema for relation in relations}):
            con.execute(f"create schema {quote(schema)}")
        for relation in relations:
            path = literal(room / _parquet(relation))
            con.execute(f"create table {relation} as from read_parquet({path})")
            _comment(con, relation, descriptions.get((relation.schema, relation.name)))
        con.execute("create table main.about as select $1 as version", [version])
        con.execute("comment on table main.about is 'The published version that this file holds.'")
        con.commit()


def _comment(
    con: duckdb.DuckDBPyConnection, relation: Relation, described: Described | None
) -> None:
    if described is None:
        return
    con.execute(f"comment on table {relation} is {literal(described.text)}")
    held = {row[0] for row in con.execute(f"describe {relation}").fetchall()}
    for column, text in described.columns.items():
        if text and column in held:
            con.execute(f"comment on column {relation}.{quote(column)} is {literal(text)}")


def _guide(relations: Sequence[Relation], descriptions: Descriptions, version: str) -> str:
    nothing = Described("", {})
    lines = [
        "# Published tables",
        "",
        f"Version {version}: `{DATABASE}` holds every table, with comments; `parquet/` has a file",
        "for each. Open them read-only; a new version replaces each file as a whole.",
        "",
        "| table | what it holds |",
        "|---|---|",
    ]
    for relation in relations:
        text = descriptions.get((relation.schema, relation.name), nothing).text
        lines.append(f"| `{relation.schema}.{relation.name}` | {' '.join(text.split())} |")
    return "\n".join(lines) + "\n"


def _replace(room: Path, folder: Path) -> None:
    """Put each finished file in the place of the old one, and remove what is no more offered."""
    fresh = sorted(path.relative_to(room) for path in room.rglob("*") if path.is_file())
    for name in fresh:
        (room / name).chmod(0o444)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (room / name).replace(folder / name)
        failpoint("offer.replaced")
    for old in folder.glob("parquet/*/*.parquet"):
        if old.relative_to(folder) not in fresh:
            old.unlink()
