"""The outbox: each message is sent once, whatever is killed in between.

A message is claimed before it is handed to the mail server. One whose claim is never settled (a
kill, a connection lost while the server had it) may have been sent: it is `uncertain`, is not sent
again by itself, and the administrator is told.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import sqlalchemy as sa

from tracking_pipeline.errors import DeliveryError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.sources.privacy import masked
from tracking_pipeline.state.alerts import raise_alert, resolve_alert
from tracking_pipeline.state.moments import naive_utc
from tracking_pipeline.state.store import outbox as table

Status = Literal["pending", "sending", "sent", "failed", "uncertain"]

DELAYS: Final = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
"""How long after a try that failed the next one is due."""

UNSENT: Final = "messages_unsent"
UNREACHABLE: Final = "mail_server_unreachable"


@dataclass(frozen=True)
class Message:
    """What is sent to an engineer, by pseudonym, or to an address; one id is one message."""

    message_id: str
    kind: str
    subject: str
    html: str
    text: str
    pseudonym: str | None = None
    recipient: str | None = None


class NotSentError(Exception):
    """The server has not taken the message: it can be tried again."""


class UncertainError(Exception):
    """The server may have taken the message."""


class UnreachableError(Exception):
    """The server takes no message at all now."""


@dataclass(frozen=True)
class Sent:
    """What one pass over the outbox did."""

    n_sent: int = 0
    n_failed: int = 0
    n_uncertain: int = 0

    @property
    def is_well(self) -> bool:
        """Whether nothing was left unsent."""
        return not self.n_failed and not self.n_uncertain

    def sentence(self) -> str:
        """Return what happened, for a log."""
        told = f"{self.n_sent} messages sent"
        failed = f", {self.n_failed} not sent" if self.n_failed else ""
        return told + failed + (f", {self.n_uncertain} uncertain" if self.n_uncertain else "")


def enqueue(store: sa.Engine, messages: Iterable[Message], now: datetime) -> int:
    """Put messages into the outbox, each id once for ever; return how many were new."""
    n_new = 0
    with store.begin() as connection:
        for message in messages:
            known = sa.select(table.c.message_id).where(table.c.message_id == message.message_id)
            if connection.execute(known).first() is None:
                told = {"status": "pending", "due_at": naive_utc(now), "created_at": naive_utc(now)}
                connection.execute(table.insert().values(**vars(message), **told))
                n_new += 1
    return n_new


def settle(store: sa.Engine) -> int:
    """Mark what a killed process had claimed as uncertain; call it while no other one sends."""
    claimed = table.c.status == "sending"
    reason = "the process that sent it was stopped"
    with store.begin() as connection:
        done = connection.execute(
            table.update().where(claimed).values(status="uncertain", error=reason)
        )
    return int(done.rowcount)


def send_due(store: sa.Engine, send: Callable[[Message], None], now: datetime) -> Sent:
    """Send every message that is due.

    Of what ``send`` raises, NotSentError means that the message is tried again after 1, 4 and 24
    hours and then failed, UnreachableError that all of them wait for the next pass; anything else
    may have sent it. While a message is failed or uncertain, or the server is out of reach, an
    alert is open.
    """
    counts: Counter[Status] = Counter()
    counts["uncertain"] = settle(store)
    due = _due(store, now)
    for place, message_id in enumerate(due):
        message = _claim(store, message_id)
        failpoint("outbox.claimed")
        if message is None:
            continue
        try:
            counts[_settled(store, message, send, now)] += 1
        except UnreachableError as error:
            _release(store, message, masked(str(error)))
            raise_alert(store, UNREACHABLE, masked(str(error)), now)
            counts["pending"] += len(due) - place
            break
    else:
        resolve_alert(store, UNREACHABLE, now)
    _tell(store, now)
    return Sent(counts["sent"], counts["pending"] + counts["failed"], counts["uncertain"])


def resend(store: sa.Engine, message_id: str | None, now: datetime) -> int:
    """Make a message due that waits, failed or is uncertain, or all of these; return how many.

    Raises DeliveryError when the message of that id is sent, or unknown.
    """
    again = {"status": "pending", "attempts": 0, "due_at": naive_utc(now), "error": None}
    waiting = (
        table.update().where(table.c.status.in_(("pending", "failed", "uncertain"))).values(**again)
    )
    if message_id is not None:
        waiting = waiting.where(table.c.message_id == message_id)
    with store.begin() as connection:
        n_open = int(connection.execute(waiting).rowcount)
    if message_id is not None and not n_open:
        raise DeliveryError(
            message_id, "is no message that waits to be sent", "See `tracking outbox list`"
        )
    _tell(store, now)
    return n_open


def listed(store: sa.Engine) -> list[dict[str, object]]:
    """Return every message without its words, newest first."""
    columns = (
        *("message_id", "kind", "status", "attempts"),
        *("created_at", "due_at", "sent_at", "error"),
    )
    query = sa.select(*(table.c[name] for name in columns)).order_by(table.c.created_at.desc())
    with store.begin() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - its API


def _due(store: sa.Engine, now: datetime) -> list[str]:
    is_due = (table.c.status == "pending") & (table.c.due_at <= naive_utc(now))
    query = sa.select(table.c.message_id).where(is_due).order_by(table.c.created_at)
    with store.begin() as connection:
        return list(connection.execute(query).scalars())


def _claim(store: sa.Engine, message_id: str) -> Message | None:
    """Return the message, now being sent; None when another process was faster."""
    ours = (table.c.message_id == message_id) & (table.c.status == "pending")
    claim = table.update().where(ours)
    values = {"status": "sending", "attempts": table.c.attempts + 1}
    names = list(Message.__dataclass_fields__)
    with store.begin() as connection:
        if not connection.execute(claim.values(**values)).rowcount:
            return None
        query = sa.select(*(table.c[name] for name in names))
        row = connection.execute(query.where(table.c.message_id == message_id)).one()
    return Message(**row._mapping)  # noqa: SLF001 - its API


def _settled(
    store: sa.Engine, message: Message, send: Callable[[Message], None], now: datetime
) -> Status:
    try:
        send(message)
    except NotSentError as error:
        return _put_off(store, message, str(error), now)
    except UnreachableError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other messages are sent
        return _mark(store, message, "uncertain", error=masked(str(error)))
    failpoint("outbox.sent")
    return _mark(store, message, "sent", sent_at=naive_utc(now), error=None)


def _release(store: sa.Engine, message: Message, reason: str) -> None:
    """Take the claim back: it was no try."""
    ours = table.c.message_id == message.message_id
    values = {"status": "pending", "attempts": table.c.attempts - 1, "error": reason}
    with store.begin() as connection:
        connection.execute(table.update().where(ours).values(**values))


def _put_off(store: sa.Engine, message: Message, reason: str, now: datetime) -> Status:
    with store.begin() as connection:
        query = sa.select(table.c.attempts).where(table.c.message_id == message.message_id)
        attempts = int(connection.execute(query).scalar_one())
    if attempts > len(DELAYS):
        return _mark(store, message, "failed", error=masked(reason))
    due_at = naive_utc(now + DELAYS[attempts - 1])
    return _mark(store, message, "pending", due_at=due_at, error=masked(reason))


def _mark(store: sa.Engine, message: Message, status: Status, **values: object) -> Status:
    ours = table.c.message_id == message.message_id
    with store.begin() as connection:
        connection.execute(table.update().where(ours).values(status=status, **values))
    return status


def _tell(store: sa.Engine, now: datetime) -> None:
    """Keep one alert open while a message waits for a person's decision."""
    waits = table.c.status.in_(("failed", "uncertain"))
    query = sa.select(sa.func.count()).select_from(table).where(waits)
    with store.begin() as connection:
        n_waiting = int(connection.execute(query).scalar_one())
    if n_waiting:
        message = f"{n_waiting} messages were not sent for certain; see `tracking outbox list`"
        raise_alert(store, UNSENT, message, now)
    else:
        resolve_alert(store, UNSENT, now)
