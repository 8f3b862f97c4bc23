"""The landing folder and the landed tables: what of a person lies there, and its removal."""

import shutil
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import duckdb
import sqlalchemy as sa

from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.erased import pseudonymous
from tracking_pipeline.landing.erasure.content import Cut, cut
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.landing.folder import lying_in
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.warehouse.swap import quote


def landed_records(con: duckdb.DuckDBPyConnection, whom: Whom) -> dict[str, set[str]]:
    """Return the identities of the landed records of a person, by table."""
    found: dict[str, set[str]] = {}
    for source in SOURCES.values():
        for kind, column in pseudonymous(source):
            query = (
                f"select record_id from landing.{quote(kind)} "
                f"where {quote(column)} in (select unnest($1::varchar[]))"
            )
            rows = con.execute(query, [sorted(whom.pseudonyms)]).fetchall()
            if rows:
                found.setdefault(kind, set()).update(row[0] for row in rows)
    return found


def records_of(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str]) -> set[str]:
    """Return the identities of the landed records of these files."""
    found: set[str] = set()
    for source in SOURCES.values():
        for kind in source.kinds:
            query = (
                f"select record_id from landing.{quote(kind.table)} "
                "where file_id in (select unnest($1::varchar[]))"
            )
            found.update(row[0] for row in con.execute(query, [list(file_ids)]).fetchall())
    return found


def gone(con: duckdb.DuckDBPyConnection, record_ids: Collection[str]) -> set[str]:
    """Return those of ``record_ids`` that no landed record has."""
    left = set(record_ids)
    for source in SOURCES.values():
        for kind in source.kinds:
            query = (
                f"select record_id from landing.{quote(kind.table)} "
                "where record_id in (select unnest($1::varchar[]))"
            )
            left.difference_update(row[0] for row in con.execute(query, [list(left)]).fetchall())
    return left


def held_in_landing(settings: Settings, whom: Whom) -> int:
    """Return how many files in the landing folder hold the person."""
    n_held = 0
    for source, path in _files(settings):
        found = _cut(settings, source, path, whom)
        if found is not None:
            found.temporary.unlink()
        n_held += found is not None or whom.without(path) != path
    return n_held


def clear_landing(settings: Settings, store: sa.Engine, whom: Whom) -> int:
    """Cut the person out of the files in the landing folder; return how many held them.

    A file about them alone is removed. The ledger is told, so that no file is loaded as a new one.
    """
    n_held = 0
    for source, path in _files(settings):
        found = _cut(settings, source, path, whom)
        if found is None and whom.without(path) == path:
            continue
        n_held += 1
        if found is not None and found.is_alone:
            found.temporary.unlink()
            ledger.drop(store, (source, path))
            failpoint("erase.ledger_told")
            _remove(settings.landing_dir / source, path)
        else:
            _replace(settings, store, (source, path), found, whom.without(path))
        failpoint("erase.landed_file_done")
    return n_held


def _files(settings: Settings) -> list[tuple[str, str]]:
    return [
        (source, path) for source in SOURCES for path, _ in lying_in(settings.landing_dir / source)
    ]


def _cut(settings: Settings, source: str, path: str, whom: Whom) -> Cut | None:
    return cut(settings, settings.landing_dir / source / path, path, SOURCES[source], whom)


def _replace(
    settings: Settings, store: sa.Engine, old: tuple[str, str], found: Cut | None, path: str
) -> None:
    """Put the file without the person in the place of the old one, of the same age."""
    room = settings.landing_dir / old[0]
    target = room / path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.part")
    shutil.copyfile(found.temporary if found else room / old[1], partial)
    shutil.copystat(room / old[1], partial)
    digest = None
    if found is not None:
        found.temporary.unlink()
        digest = found.object_hash
    ledger.rename(store, old, path, partial.stat(), digest)
    failpoint("erase.ledger_told")
    partial.replace(target)
    ledger.rename(store, (old[0], path), path, target.stat(), digest)  # its ctime is another now
    if path != old[1]:
        _remove(room, old[1])


def _remove(room: Path, path: str) -> None:
    """Remove a file and the folders that it leaves empty."""
    file = room / path
    file.unlink()
    with suppress(OSError):
        for folder in file.parents[: len(Path(path).parents) - 1]:
            folder.rmdir()
