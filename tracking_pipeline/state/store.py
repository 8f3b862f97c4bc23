"""The state store: what is not rebuilt from the archive, in SQLite or PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from tracking_pipeline.errors import StateError, disk_full
from tracking_pipeline.settings import Settings

_BUSY_SECONDS = 30
_OF_A_STATEMENT = (sa.exc.DataError, sa.exc.IntegrityError, sa.exc.ProgrammingError)

_metadata = sa.MetaData()
_version = sa.Table("state_version", _metadata, sa.Column("version", sa.Integer, nullable=False))

# One row a file that lies, or lay, in the landing folder; `due_at`: not offered before; `stamp`:
# its inode and ctime, by which another of its size and mtime is told.
deliveries = sa.Table(
    "deliveries",
    _metadata,
    sa.Column("delivery_id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("relative_path", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("mtime_ns", sa.BigInteger, nullable=False),
    sa.Column("stamp", sa.Text),
    sa.Column("first_seen_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Column("due_at", sa.DateTime, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("error", sa.Text),
    sa.UniqueConstraint("source", "relative_path"),
)

# One row a fault that an administrator should know of; open while `resolved_at` is NULL.
alerts = sa.Table(
    "alerts",
    _metadata,
    sa.Column("alert_id", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("raised_at", sa.DateTime, nullable=False),
    sa.Column("resolved_at", sa.DateTime),
)

# One row a person whose pseudonym stands in the tables: who it is, for their own report and mail.
people = sa.Table(
    "people",
    _metadata,
    sa.Column("pseudonym", sa.Text, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("noted_at", sa.DateTime, nullable=False),
)

# One row a record of an erased person: delivered again, it stays out.
tombstones = sa.Table(
    "tombstones",
    _metadata,
    sa.Column("record_id", sa.Text, primary_key=True),
    sa.Column("erased_at", sa.DateTime, nullable=False),
)

# One row an erasure that was carried out.
erasures = sa.Table(
    "erasures",
    _metadata,
    sa.Column("pseudonym", sa.Text, nullable=False),
    sa.Column("erased_at", sa.DateTime, nullable=False),
    sa.Column("n_records", sa.BigInteger, nullable=False),
)

# One row a message to send once, to the engineer `pseudonym` or else to the address `recipient`.
outbox = sa.Table(
    "outbox",
    _metadata,
    sa.Column("message_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("pseudonym", sa.Text),
    sa.Column("recipient", sa.Text),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("due_at", sa.DateTime, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("sent_at", sa.DateTime),
    sa.Column("error", sa.Text),
)

# One row a refused record that a person let go.
dismissals = sa.Table(
    "dismissals",
    _metadata,
    sa.Column("quarantine_id", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("dismissed_at", sa.DateTime, nullable=False),
)


def _create_deliveries(connection: sa.Connection) -> None:
    deliveries.create(connection, checkfirst=True)


def _create_alerts(connection: sa.Connection) -> None:
    alerts.create(connection, checkfirst=True)


def _create_people(connection: sa.Connection) -> None:
    _metadata.create_all(connection, tables=[people, tombstones, erasures])


def _create_outbox(connection: sa.Connection) -> None:
    outbox.create(connection, checkfirst=True)


def _add_stamps(connection: sa.Connection) -> None:
    columns = sa.inspect(connection).get_columns(deliveries.name)
    if all(column["name"] != "stamp" for column in columns):
        connection.execute(sa.text("alter table deliveries add column stamp text"))


def _create_dismissals(connection: sa.Connection) -> None:
    dismissals.create(connection, checkfirst=True)


# Append only: a store at version n has had the first n steps.
_MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (
    _create_deliveries,
    _create_alerts,
    _create_people,
    _create_outbox,
    _add_stamps,
    _create_dismissals,
)


@contextmanager
def open_store(settings: Settings, url: str | None = None) -> Iterator[sa.Engine]:
    """Yield the state store, migrated; a private SQLite file of the home unless ``url`` is given.

    Any number of processes may hold it open; writers of SQLite wait for each other. Raises
    StateError when it is damaged or cannot be reached.
    """
    engine = _sqlite(settings) if url is None else sa.create_engine(url)
    try:
        migrate(engine)
        yield engine
    except sa.exc.DatabaseError as error:
        if isinstance(error, _OF_A_STATEMENT) or disk_full(error) is not None:
            raise
        is_whole = isinstance(error, sa.exc.OperationalError)
        fix = "See its owner and mode" if is_whole else "Restore it from a backup"
        reason = f"the state store cannot be used ({error.orig})"
        raise StateError(str(settings.state_dir), reason, fix) from error
    finally:
        engine.dispose()


def migrate(engine: sa.Engine) -> int:
    """Bring the store to the newest version, one transaction a step, and return that version."""
    with engine.begin() as connection:
        _metadata.create_all(connection, tables=[_version])
        done = _current(connection)
    for number, step in enumerate(_MIGRATIONS[done:], start=done + 1):
        with engine.begin() as connection:
            if number > _current(connection):
                step(connection)
                connection.execute(_version.insert().values(version=number))
    return len(_MIGRATIONS)


def _current(connection: sa.Connection) -> int:
    newest = connection.execute(sa.select(sa.func.max(_version.c.version))).scalar()
    return int(newest or 0)


def _sqlite(settings: Settings) -> sa.Engine:
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = settings.state_dir / "state.sqlite"
    engine = sa.create_engine(f"sqlite:///{file}", connect_args={"timeout": _BUSY_SECONDS})
    sa.event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
