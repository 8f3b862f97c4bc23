"""A message as e-mail: text and HTML, handed to the mail server of the settings."""

import hashlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from tracking_pipeline.delivery.outbox import (
    Message,
    NotSentError,
    UncertainError,
    UnreachableError,
)
from tracking_pipeline.errors import DeliveryError
from tracking_pipeline.settings import Settings

SECONDS: Final = 30
"""How long the mail server may take for one answer."""

_OK: Final = 250


def check_mail(settings: Settings) -> None:
    """Raise DeliveryError when the settings name no mail server or no sender."""
    missing = [
        name
        for name, value in (("SMTP_HOST", settings.smtp_host), ("EMAIL_FROM", settings.email_from))
        if not value
    ]
    if missing:
        names = " and ".join(f"TRACKING_{name}" for name in missing)
        reason = f"{names} must be set for messages to be sent"
        raise DeliveryError("mail", reason, "See docs/telemetry.md")
    _address("TRACKING_EMAIL_FROM", settings.email_from)


def sender(
    settings: Settings, address_of: Callable[[Message], str | None]
) -> Callable[[Message], None]:
    """Return what sends one message; it raises what ``outbox.send_due`` knows.

    ``address_of`` gives a message's address: None when the person is not known (any more).
    """

    def send(message: Message) -> None:
        address = address_of(message)
        if address is None:
            raise NotSentError("the address of the engineer is not known")
        try:
            email = composed(message, settings.email_from, address)
        except (DeliveryError, ValueError) as error:
            raise NotSentError(str(error)) from error
        _hand_over(settings, email)

    return send


def composed(message: Message, from_address: str, to_address: str) -> EmailMessage:
    """Return the e-mail; its Message-ID is that of the message, so that a copy shows as one."""
    origin = _address("TRACKING_EMAIL_FROM", from_address)
    email = EmailMessage()
    email["From"] = origin
    email["To"] = _address("the address", to_address)
    email["Subject"] = " ".join(message.subject.split())
    email["Date"] = format_datetime(datetime.now(UTC))
    digest = hashlib.sha256(message.message_id.encode()).hexdigest()[:32]
    email["Message-ID"] = f"<{digest}@{origin.domain}>"
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(message.text)
    email.add_alternative(message.html, subtype="html")
    return email


def _address(what: str, text: str) -> Address:
    try:
        address = Address(addr_spec=text.strip())
    except (ValueError, IndexError, MessageError) as error:
        raise DeliveryError(what, "is no e-mail address", "Write name@host") from error
    if not address.domain or not address.username or not address.addr_spec.isascii():
        raise DeliveryError(what, "is no e-mail address", "Write name@host, in ASCII")
    return address


def _hand_over(settings: Settings, email: EmailMessage) -> None:
    try:
        server = _connected(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise UnreachableError(f"the mail server does not let us in: {error}") from error
    with _closing(server):
        try:
            _envelope(server, email)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentError(f"the mail server refuses it: {error}") from error
        try:
            code, answer = server.data(email.as_bytes(policy=policy.SMTP))
        except smtplib.SMTPDataError as error:
            raise NotSentError(f"the mail server refuses it: {error}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise UncertainError(f"the connection broke while it was sent: {error}") from error
        if code != _OK:
            raise NotSentError(f"the mail server refuses it: {code} {answer!r}")


def _connected(settings: Settings) -> smtplib.SMTP:
    where = (settings.smtp_host, settings.smtp_port)
    server: smtplib.SMTP
    if settings.smtp_security == "tls":
        server = smtplib.SMTP_SSL(*where, timeout=SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(*where, timeout=SECONDS)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _envelope(server: smtplib.SMTP, email: EmailMessage) -> None:
    code, answer = server.mail(email["From"].addresses[0].addr_spec)
    if code != _OK:
        raise smtplib.SMTPResponseException(code, answer)
    code, answer = server.rcpt(email["To"].addresses[0].addr_spec)
    if code not in {_OK, 251}:
        raise smtplib.SMTPResponseException(code, answer)


@contextmanager
def _closing(server: smtplib.SMTP) -> Iterator[None]:
    """Take leave; what is said then changes nothing of what was sent."""
    try:
        yield
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()
