"""The ledger of landed files: which are new, whole and due."""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from tracking_pipeline.landing.folder import lying_in
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state.moments import naive_utc
from tracking_pipeline.state.store import deliveries as table

# Below it lies what we wrote ourselves, under its last name only when it was whole.
PULLED = "pulled/"
_UNFINISHED = "unfinished"
_FIRST_RETRY = timedelta(seconds=30)
_LAST_RETRY = timedelta(days=1)


@dataclass(frozen=True)
class Delivery:
    """One state of one landed file; ``relative_path`` is below the source's own folder.

    ``stamp`` is its inode and ctime. ``version``: its content hash, where other bytes of its size
    and mtime were loaded from there before.
    """

    delivery_id: int
    source: str
    relative_path: str
    size: int
    mtime_ns: int
    stamp: str | None = None
    version: str = ""


_STATE = ("size", "mtime_ns", "stamp")
_COLUMNS = [table.c[name] for name in ("delivery_id", "source", "relative_path", *_STATE)]
_DELIVERY = sa.select(*_COLUMNS).order_by(table.c.delivery_id)


def scan(settings: Settings, store: sa.Engine, now: datetime) -> list[Delivery]:
    """Note what lies in the landing folder and return what is due, in order of arrival.

    A file is due when its size and mtime have not changed for ``stable_seconds`` (a pulled one at
    once), unless it has been loaded; a failed load comes back later and later, at last once a day,
    and one that is loaded but for its last line when it has not changed for ``last_line_minutes``.
    A loaded one whose inode or ctime changes is due, too: its bytes may be others.
    """
    landed = {
        (source, path): _state(seen)
        for source in SOURCES
        for path, seen in lying_in(settings.landing_dir / source)
    }
    is_due = (table.c.status != "loaded") & (table.c.due_at <= naive_utc(now))
    with store.begin() as connection:
        _note(connection, landed, naive_utc(now), timedelta(seconds=settings.stable_seconds))
        due = _deliveries(connection, _DELIVERY.where(is_due))
    return [delivery for delivery in due if (delivery.source, delivery.relative_path) in landed]


def find(store: sa.Engine, delivery_ids: Collection[int]) -> list[Delivery]:
    """Return the deliveries of these ids as they were last seen, in order of arrival."""
    wanted = set(delivery_ids)
    with store.begin() as connection:
        known = _deliveries(connection, _DELIVERY)
    return [delivery for delivery in known if delivery.delivery_id in wanted]


def mark_loaded(store: sa.Engine, hashes: Mapping[Delivery, str]) -> None:
    """Note the content hash of what the warehouse now holds: not offered until it changes."""
    values = {"status": "loaded", "error": None}
    _update(store, {key: {**values, "content_hash": hashes[key]} for key in hashes})


def mark_unfinished(store: sa.Engine, hashes: Mapping[Delivery, str], due_at: datetime) -> None:
    """Note likewise what is loaded but for its last line: offered again at ``due_at``."""
    values = {"status": _UNFINISHED, "error": None, "due_at": naive_utc(due_at)}
    _update(store, {key: {**values, "content_hash": hashes[key]} for key in hashes})


def at_rest(store: sa.Engine, now: datetime) -> set[int]:
    """Return the ids of deliveries whose last line has waited as long as it should."""
    has_waited = (table.c.status == _UNFINISHED) | (table.c.attempts > 0)
    query = sa.select(table.c.delivery_id).where(has_waited & (table.c.due_at <= naive_utc(now)))
    with store.begin() as connection:
        return set(connection.scalars(query))


def hasten(store: sa.Engine, places: Collection[tuple[str, str]], now: datetime) -> None:
    """Offer the last lines of these files, by source and path, at once."""
    is_one = (table.c.source == sa.bindparam("one")) & (table.c.relative_path == sa.bindparam("at"))
    statement = table.update().where(is_one & (table.c.status == _UNFINISHED))
    rows = [{"one": source, "at": path, "due_at": naive_utc(now)} for source, path in places]
    if rows:
        with store.begin() as connection:
            connection.execute(statement, rows)


def unfinished(settings: Settings, store: sa.Engine) -> list[str]:
    """Return the landed files whose last line was not ended and waits, sorted."""
    columns = (table.c.source, table.c.relative_path)
    query = sa.select(*columns).where(table.c.status == _UNFINISHED).order_by(*columns)
    with store.begin() as connection:
        rows = connection.execute(query).all()
    paths = [f"{source}/{path}" for source, path in rows]
    return [path for path in paths if (settings.landing_dir / path).exists()]


def mark_failed(store: sa.Engine, culprit: Delivery, error: str, now: datetime) -> None:
    """Note why ``culprit`` could not be loaded, and offer it again later each time."""
    query = sa.select(table.c.attempts).where(table.c.delivery_id == culprit.delivery_id)
    with store.begin() as connection:
        n_before = int(connection.execute(query).scalar() or 0)
    wait = min(_FIRST_RETRY * 2 ** min(n_before, 12), _LAST_RETRY)
    values = {
        "status": "seen",
        "attempts": n_before + 1,
        "error": error,
        "due_at": naive_utc(now) + wait,
    }
    _update(store, {culprit: values})


def failing(settings: Settings, store: sa.Engine) -> dict[str, str]:
    """Return why each file that lies in the landing folder could not be loaded, by its path there.

    What changed since it failed has not been tried, and is not among them.
    """
    columns = (table.c.source, table.c.relative_path, table.c.error)
    query = sa.select(*columns).where(table.c.error.is_not(None)).order_by(*columns)
    with store.begin() as connection:
        rows = connection.execute(query).all()
    failed = {f"{source}/{path}": str(error) for source, path, error in rows}
    return {path: failed[path] for path in failed if (settings.landing_dir / path).exists()}


def pulled_and_loaded(store: sa.Engine, source: str) -> list[Delivery]:
    """Return the pulled files that are loaded, whether or not they still lie there."""
    is_wanted = (table.c.source == source) & table.c.relative_path.startswith(PULLED)
    with store.begin() as connection:
        return _deliveries(connection, _DELIVERY.where(is_wanted & (table.c.status == "loaded")))


def forget(store: sa.Engine, deliveries: Collection[Delivery]) -> None:
    """Drop the notes of files that are gone for good."""
    is_one = table.c.delivery_id == sa.bindparam("one")
    if deliveries:
        with store.begin() as connection:
            connection.execute(
                table.delete().where(is_one), [{"one": d.delivery_id} for d in deliveries]
            )


def content_hashes(store: sa.Engine) -> dict[int, str]:
    """Return what the files hash to that are offered though they were loaded before, by id."""
    query = sa.select(table.c.delivery_id, table.c.content_hash)
    is_wanted = (table.c.status != "loaded") & table.c.content_hash.is_not(None)
    with store.begin() as connection:
        return {row[0]: row[1] for row in connection.execute(query.where(is_wanted))}


def rename(
    store: sa.Engine, old: tuple[str, str], path: str, seen: os.stat_result, digest: str | None
) -> None:
    """Tell that what was loaded from (source, path) now lies at ``path``.

    ``digest`` is the hash of its bytes, unless they are the same.
    """
    is_old = (table.c.source == old[0]) & (table.c.relative_path == old[1])
    values: dict[str, object] = dict(zip(_STATE, _state(seen), strict=True))
    values |= {"relative_path": path} | ({"content_hash": digest} if digest else {})
    with store.begin() as connection:
        connection.execute(table.update().where(is_old).values(values))


def drop(store: sa.Engine, old: tuple[str, str]) -> None:
    """Drop the note of a file that is about to be removed."""
    is_old = (table.c.source == old[0]) & (table.c.relative_path == old[1])
    with store.begin() as connection:
        connection.execute(table.delete().where(is_old))


def _deliveries(connection: sa.Connection, query: sa.Select[Any]) -> list[Delivery]:
    return [Delivery(**row) for row in connection.execute(query).mappings()]


def _update(store: sa.Engine, changes: Mapping[Delivery, Mapping[str, Any]]) -> None:
    """Change rows that still describe the file as delivered; a newer state is left alone."""
    keys = ("source", "relative_path", *_STATE)
    statement = table.update().where(*(table.c[key] == sa.bindparam(f"is_{key}") for key in keys))
    rows = [
        {f"is_{key}": getattr(delivery, key) for key in keys} | dict(values)
        for delivery, values in changes.items()
    ]
    if rows:
        with store.begin() as connection:
            connection.execute(statement, rows)


def _state(seen: os.stat_result) -> tuple[int, int, str]:
    return seen.st_size, seen.st_mtime_ns, f"{seen.st_ino} {seen.st_ctime_ns}"


def _note(
    connection: sa.Connection,
    landed: Mapping[tuple[str, str], tuple[int, int, str]],
    now: datetime,
    stable: timedelta,
) -> None:
    """Insert files never seen, and start anew those that are in another state."""
    columns = [table.c[name] for name in ("source", "relative_path", *_STATE, "status", "attempts")]
    rows = connection.execute(sa.select(*columns)).all()
    known = {(row[0], row[1]): tuple(row)[2:] for row in rows}
    new, changed, doubted, stamped = [], [], [], []
    for key, state in sorted(landed.items()):
        size, mtime_ns, stamp = state
        due_at = now if key[1].startswith(PULLED) else now + stable
        fresh = {"changed_at": now, "status": "seen", "attempts": 0, "due_at": due_at}
        values = {**fresh, "size": size, "mtime_ns": mtime_ns, "stamp": stamp}
        place = {"is_source": key[0], "is_path": key[1], "error": None}
        if key not in known:
            new.append({**values, "source": key[0], "relative_path": key[1], "first_seen_at": now})
            continue
        *before, old_stamp, status, n_attempts = known[key]
        if before != [size, mtime_ns]:
            changed.append({**values, **place, "content_hash": None})
        elif old_stamp not in {None, stamp} and (status == "loaded" or n_attempts):
            doubted.append({**values, **place})
        elif old_stamp != stamp:
            stamped.append({**place, "stamp": stamp})
    if new:
        connection.execute(table.insert(), new)
    for rows_changed in (changed, doubted, stamped):
        _change(connection, rows_changed)


def _change(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    is_file = (
        table.c.source == sa.bindparam("is_source"),
        table.c.relative_path == sa.bindparam("is_path"),
    )
    if rows:
        connection.execute(table.update().where(*is_file), rows)
