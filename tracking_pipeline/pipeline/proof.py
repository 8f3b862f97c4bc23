"""The proof of an erasure: a search of everything that a home keeps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, groupby
from operator import itemgetter
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
    found: dict[str, int] = {}
    for (schema, table), those in groupby(columns, key=itemgetter(0, 1)):
        kinds = {column: kind for *_, column, kind in those}
        n_found = _in_columns(con, f"{quote(schema)}.{quote(table)}", kinds, whom)
        found |= {f"{schema}.{table}.{column}": n for column, n in n_found.items()}
    return _scanned(part, "columns", len(columns), found)


def _in_columns(
    con: duckdb.DuckDBPyConnection, relation: str, kinds: Mapping[str, str], whom: Whom
) -> dict[str, int]:
    """Return how often each column shows the person: a view is computed once for all of them."""
    seen = ", ".join(_worth_a_look(quote(column), kind) for column, kind in kinds.items())
    is_any = " or ".join(f"{quote(column)} is not null" for column in kinds)
    query = f"select * from (select {seen} from {relation}) where {is_any}"
    # A relation whose columns are all bytes takes no expression.
    told = {"roughly": whom.roughly} if "$roughly" in query else {}
    rows = con.execute(query, told)
    n_found = dict.fromkeys(kinds, 0)
    for row in chain.from_iterable(iter(lambda: rows.fetchmany(_N_ROWS), [])):
        for column, value in zip(kinds, row, strict=True):
            n_found[column] += 0 if value is None else whom.traces(value)
    return n_found


def _worth_a_look(column: str, kind: str) -> str:
    """Return the column's bytes, or of its texts those that may name the person, else NULL."""
    if kind == "BLOB":
        return column
    text = f"cast({column} as varchar)"
    # Of what is not ASCII, Unicode has forms that no expression here tells.
    is_other = f"strlen({text}) > length({text})"
    return (
        f"case when regexp_matches({text}, $roughly, 'i') or {is_other} then {text} end as {column}"
    )


def _scanned(part: str, things: str, n_things: int, found: dict[str, int]) -> Scanned:
    places = tuple(place for place, n_found in found.items() if n_found)
    return Scanned(part, things, n_things, sum(found.values()), places)
