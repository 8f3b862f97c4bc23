"""The proof of an erasure: a search of everything that a home keeps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from tracking_pipeline.landing.erasure.scan import Seen, traces
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.settings import Settings
from tracking_pipeline.state import erasing
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import open_snapshot
from tracking_pipeline.warehouse.swap import quote

_N_ROWS = 10_000
_DELIVERED = ("archive", "landing")


@dataclass(frozen=True)
class Scanned:
    """A part of the home: how many things of which kind were searched, and what was found there.

    ``places`` are the files or columns that show the person, without their names for them, and
    ``unsearched`` those that could not be searched to the end, with the reason.
    """

    part: str
    things: str
    n_things: int
    n_found: int
    places: tuple[str, ...]
    unsearched: tuple[str, ...] = ()


def prove(settings: Settings, whom: Whom) -> Iterator[Scanned]:
    """Yield what was searched: every file of the home and the landing folder, and every table.

    Files raw and unpacked, by the folder they lie in; of the warehouse and the snapshot each column
    that may hold text.
    """
    for part, files in _files(settings).items():
        seen = {_place(settings, file, whom): _in_file(settings, file, whom) for file in files}
        found = {place: each.n_found for place, each in seen.items()}
        scanned = _scanned(part, "files", len(files), found)
        # What we write ourselves and pack is searched elsewhere, column by column.
        told = seen if part in _DELIVERED else {}
        unsearched = [
            f"{place}: {reason}" for place, each in told.items() for reason in each.unsearched[:1]
        ]
        yield replace(scanned, unsearched=tuple(unsearched))
    with writer(settings) as con:
        yield _tables("warehouse tables", con, whom)
    with open_snapshot(settings) as con:
        yield _tables("snapshot tables", con, whom)


def _files(settings: Settings) -> dict[str, list[Path]]:
    """Return the files by the folder of the home they lie in; what tells whom to erase is none."""
    parts: dict[str, list[Path]] = {}
    for root in {settings.home_dir, settings.landing_dir}:
        for file in sorted(root.rglob("*")):
            if file.is_symlink() or not file.is_file() or file == erasing.place(settings):
                continue
            if file.is_relative_to(settings.landing_dir):
                part = "landing"
            else:
                inside = file.relative_to(settings.home_dir)
                part = inside.parts[0] if len(inside.parts) > 1 else "home"
            if root == settings.home_dir or part == "landing":
                parts.setdefault(part, []).append(file)
    return {part: sorted(set(files)) for part, files in sorted(parts.items())}


def _in_file(settings: Settings, file: Path, whom: Whom) -> Seen:
    path = _relative(settings, file)
    try:
        return traces(settings, file, whom) + Seen(whom.without(path) != path)
    except FileNotFoundError:  # what others write comes and goes
        return Seen()


def _place(settings: Settings, file: Path, whom: Whom) -> str:
    return whom.without(_relative(settings, file))


def _relative(settings: Settings, file: Path) -> str:
    root = settings.home_dir if file.is_relative_to(settings.home_dir) else settings.landing_dir
    return str(file.relative_to(root))


def _tables(part: str, con: duckdb.DuckDBPyConnection, whom: Whom) -> Scanned:
    columns = con.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        "where table_catalog = current_database() and regexp_matches(data_type, "
        "'VARCHAR|BLOB|JSON') order by all"
    ).fetchall()
    found = {
        f"{schema}.{table}.{column}": _in_column(
            con, f"{quote(schema)}.{quote(table)}", quote(column), kind, whom
        )
        for schema, table, column, kind in columns
    }
    return _scanned(part, "columns", len(columns), found)


def _in_column(
    con: duckdb.DuckDBPyConnection, table: str, column: str, kind: str, whom: Whom
) -> int:
    if kind == "BLOB":
        rows = con.execute(f"select {column} from {table} where {column} is not null").fetchall()
        return sum(whom.traces(bytes(row[0])) for row in rows)
    text = f"cast({column} as varchar)"
    # Of what is not ASCII, Unicode has forms that no expression here tells.
    is_other = f"strlen({text}) > length({text})"
    query = f"select {text} from {table} where regexp_matches({text}, $1, 'i') or {is_other}"
    found = con.execute(query, [whom.roughly])
    pieces = iter(lambda: found.fetchmany(_N_ROWS), [])
    return sum(whom.traces(str(row[0])) for rows in pieces for row in rows)


def _scanned(part: str, things: str, n_things: int, found: dict[str, int]) -> Scanned:
    places = tuple(place for place, n_found in found.items() if n_found)
    return Scanned(part, things, n_things, sum(found.values()), places)
