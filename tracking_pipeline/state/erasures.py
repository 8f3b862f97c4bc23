"""What the store keeps of erased people: which records stay out, and that it was done."""

from collections.abc import Callable, Collection
from datetime import datetime

import sqlalchemy as sa

from tracking_pipeline.state.moments import naive_utc
from tracking_pipeline.state.store import alerts, erasures, outbox, tombstones

_UNSENT = ("pending", "failed")
_WORDLESS = {"status": "sent", "subject": "", "html": "", "text": "", "error": None}


def entomb(store: sa.Engine, record_ids: Collection[str], now: datetime) -> None:
    """Note records of an erased person; those that are noted already stay as they are."""
    fresh = sorted(set(record_ids) - tombstoned(store))
    if fresh:
        with store.begin() as connection:
            values = [{"record_id": each, "erased_at": naive_utc(now)} for each in fresh]
            connection.execute(tombstones.insert(), values)


def tombstoned(store: sa.Engine) -> set[str]:
    """Return the identities of all records that stay out."""
    with store.begin() as connection:
        return set(connection.execute(sa.select(tombstones.c.record_id)).scalars())


def note_erasure(store: sa.Engine, mark: str, n_records: int, now: datetime) -> None:
    """Note an erasure under ``mark``, which must not tell who it was."""
    values = {"pseudonym": mark, "erased_at": naive_utc(now), "n_records": n_records}
    with store.begin() as connection:
        connection.execute(erasures.insert().values(values))


def drop_messages(store: sa.Engine, holds: Callable[[str], bool]) -> None:
    """Delete messages and alerts with a text that ``holds`` the person.

    Of a message to somebody else that may have been sent the id stays, without its words: it is
    sent once.
    """
    with store.begin() as connection:
        for alert_id in _holding(connection, alerts, holds):
            connection.execute(alerts.delete().where(alerts.c.alert_id == alert_id))
        for message_id in _holding(connection, outbox, holds):
            is_one = outbox.c.message_id == message_id
            row = connection.execute(outbox.select().where(is_one)).one()
            is_own = any(
                holds(each) for each in (row.message_id, row.pseudonym, row.recipient) if each
            )
            if is_own or row.status in _UNSENT:
                connection.execute(outbox.delete().where(is_one))
            else:
                connection.execute(outbox.update().where(is_one).values(**_WORDLESS))


def count_messages(store: sa.Engine, holds: Callable[[str], bool]) -> int:
    """Return how many messages and alerts ``drop_messages`` would delete or empty."""
    with store.begin() as connection:
        return sum(len(_holding(connection, table, holds)) for table in (outbox, alerts))


def scrub(store: sa.Engine) -> None:
    """Leave nothing of deleted rows in the free pages of a SQLite store, nor in its log."""
    if store.dialect.name == "sqlite":
        with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("vacuum"))
            connection.execute(sa.text("pragma wal_checkpoint(truncate)"))


def _holding(connection: sa.Connection, table: sa.Table, holds: Callable[[str], bool]) -> list[str]:
    rows = connection.execute(sa.select(table)).all()
    return [row[0] for row in rows if any(isinstance(cell, str) and holds(cell) for cell in row)]
