"""Refused records that a person has looked at and lets go: the decision outlives the warehouse."""

from collections.abc import Callable, Collection
from datetime import datetime

import sqlalchemy as sa

from tracking_pipeline.state.moments import naive_utc
from tracking_pipeline.state.store import dismissals as table


def dismiss(store: sa.Engine, quarantine_ids: Collection[str], reason: str, now: datetime) -> None:
    """Note that these refused records wait no more, and why; a second reason replaces the first."""
    fresh = sorted(set(quarantine_ids))
    values = [
        {"quarantine_id": each, "reason": reason, "dismissed_at": naive_utc(now)} for each in fresh
    ]
    with store.begin() as connection:
        connection.execute(table.delete().where(table.c.quarantine_id.in_(fresh)))
        connection.execute(table.insert(), values)


def dismissed(store: sa.Engine) -> dict[str, str]:
    """Return why each dismissed record was let go, by its id."""
    query = sa.select(table.c.quarantine_id, table.c.reason)
    with store.begin() as connection:
        return {row.quarantine_id: row.reason for row in connection.execute(query)}


def drop_reasons(store: sa.Engine, holds: Callable[[str], bool]) -> None:
    """Blank the reasons that ``holds`` finds an erased person in; the decisions stay."""
    told = [each for each, reason in dismissed(store).items() if holds(reason)]
    with store.begin() as connection:
        is_one = table.c.quarantine_id.in_(told)
        connection.execute(table.update().where(is_one).values(reason=""))
