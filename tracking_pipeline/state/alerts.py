"""Alerts for the administrator: one a fault, open until the fault is gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracking_pipeline.state.moments import naive_utc
from tracking_pipeline.state.store import alerts as table


@dataclass(frozen=True)
class Alert:
    """A fault that nobody has to look for; moments are UTC without a zone."""

    alert_id: str
    message: str
    raised_at: datetime


def open_alerts(store: sa.Engine) -> list[Alert]:
    """Return the alerts whose fault is not gone, oldest first."""
    query = sa.select(table.c.alert_id, table.c.message, table.c.raised_at)
    is_open = table.c.resolved_at.is_(None)
    with store.begin() as connection:
        rows = connection.execute(query.where(is_open).order_by(table.c.raised_at)).all()
    return [Alert(row.alert_id, row.message, row.raised_at) for row in rows]


def raise_alert(store: sa.Engine, alert_id: str, message: str, now: datetime) -> bool:
    """Open an alert; False when it is open already, so that one fault alarms once."""
    return bool(_raise(store, {alert_id: message}, now))


def resolve_alert(store: sa.Engine, alert_id: str, now: datetime) -> None:
    """Close an alert, because its fault is gone; nothing when it is not open."""
    is_open = (table.c.alert_id == alert_id) & table.c.resolved_at.is_(None)
    with store.begin() as connection:
        connection.execute(table.update().where(is_open).values(resolved_at=naive_utc(now)))


def keep_alerts(store: sa.Engine, prefix: str, faults: Mapping[str, str], now: datetime) -> None:
    """Keep one alert open for each of ``faults``, by its name, and no other of this prefix."""
    kept = {f"{prefix}{name}": message for name, message in faults.items()}
    _raise(store, kept, now)
    for alert in open_alerts(store):
        if alert.alert_id.startswith(prefix) and alert.alert_id not in kept:
            resolve_alert(store, alert.alert_id, now)


def _raise(store: sa.Engine, messages: Mapping[str, str], now: datetime) -> int:
    """Open what is not open of ``messages``, by alert id, and return how many that are."""
    already = {alert.alert_id for alert in open_alerts(store)}
    fresh = [
        {"alert_id": each, "message": messages[each], "raised_at": naive_utc(now)}
        for each in messages
        if each not in already
    ]
    if fresh:
        with store.begin() as connection:
            connection.execute(table.insert(), fresh)
    return len(fresh)
