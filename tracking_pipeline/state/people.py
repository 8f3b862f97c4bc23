"""Who stands behind a pseudonym: for a person's own report and mail, and for their erasure."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from tracking_pipeline.state.moments import naive_utc
from tracking_pipeline.state.store import people as table

# In the words that SQLite and PostgreSQL share.
_UPSERT = sa.text("""
insert into people (pseudonym, email, name, noted_at)
values (:pseudonym, :email, :name, :noted_at)
on conflict (pseudonym) do update set
    email = excluded.email,
    name = coalesce(excluded.name, people.name),
    noted_at = excluded.noted_at
""").bindparams(sa.bindparam("noted_at", type_=sa.DateTime))
_KNOWN = sa.select(table.c.pseudonym, table.c.email, table.c.name)


@dataclass(frozen=True)
class Person:
    """Whom a pseudonym of the tables stands for; ``name`` is None until a file tells it."""

    pseudonym: str
    email: str
    name: str | None = None


def remember(store: sa.Engine, known: Collection[Person], now: datetime) -> None:
    """Note people; of one that is known already the e-mail and a told name are replaced."""
    rows = [{**asdict(each), "noted_at": naive_utc(now)} for each in known]
    if rows:
        with store.begin() as connection:
            connection.execute(_UPSERT, rows)


def person(store: sa.Engine, pseudonym: str) -> Person | None:
    """Return whom a pseudonym stands for; None when nobody of that pseudonym is known."""
    return _people(store, _KNOWN.where(table.c.pseudonym == pseudonym)).get(pseudonym)


def people(store: sa.Engine) -> dict[str, Person]:
    """Return everyone who is known, by pseudonym."""
    return _people(store, _KNOWN)


def _people(store: sa.Engine, query: sa.Select[tuple[str, str, str | None]]) -> dict[str, Person]:
    with store.begin() as connection:
        rows = connection.execute(query).all()
    return {row.pseudonym: Person(row.pseudonym, row.email, row.name) for row in rows}


def forget(store: sa.Engine, pseudonym: str) -> None:
    """Drop who stands behind a pseudonym; nothing when nobody of it is known."""
    with store.begin() as connection:
        connection.execute(table.delete().where(table.c.pseudonym == pseudonym))
