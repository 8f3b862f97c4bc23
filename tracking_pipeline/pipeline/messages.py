"""Messages to engineers and stakeholders, through the outbox."""

from datetime import datetime, time, timedelta
from typing import Final

from tracking_pipeline.delivery import outbox
from tracking_pipeline.delivery.mail import check_mail, sender
from tracking_pipeline.delivery.outbox import Message, Sent
from tracking_pipeline.delivery.weekly_summary import summaries
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.reports.period import Period, period_of
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import people
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import exclusive
from tracking_pipeline.warehouse.snapshot import open_snapshot
from tracking_pipeline.zones import zone as zone_of

_READY_AT: Final = time(9, 30)
"""On Sunday: the week's data and reports are there."""


def send_messages(settings: Settings, now: datetime | None = None) -> Sent:
    """Compose the summaries of the week that ended last, and send every message that is due.

    Raises DeliveryError when no mail server is set, SnapshotMissingError when nothing is published.
    """
    check_mail(settings)
    moment = now or now_utc()
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = settings.state_dir / "outbox.lock"
    with exclusive(lock, settings.writer_wait_seconds), open_store(settings) as store:
        known = people(store)
        with open_snapshot(settings) as con:
            week = _last_week(settings, moment)
            outbox.enqueue(store, summaries(settings, con, known, week), moment)

        def address_of(message: Message) -> str | None:
            person = known.get(message.pseudonym or "")
            return person.email if person else message.recipient

        return outbox.send_due(store, sender(settings, address_of), moment)


def _last_week(settings: Settings, moment: datetime) -> Period:
    """Return the newest week whose Sunday morning after it has come."""
    local = zone_of(settings.timezone)
    since = timedelta(hours=_READY_AT.hour, minutes=_READY_AT.minute)
    day = (moment.astimezone(local).replace(tzinfo=None) - since).date()
    return period_of(day, settings.timezone, "week").previous


def listed_messages(settings: Settings) -> list[dict[str, object]]:
    """Return every message of the outbox without its words, newest first."""
    with open_store(settings) as store:
        return outbox.listed(store)


def resend_messages(settings: Settings, message_id: str | None) -> int:
    """Make a message due that waits, failed or is uncertain, or all of these; return how many.

    Raises DeliveryError when the message of that id is sent, or unknown.
    """
    with open_store(settings) as store:
        return outbox.resend(store, message_id, now_utc())
