"""Messages handed to a real SMTP conversation on loopback."""

from dataclasses import replace
from pathlib import Path

import pytest

from tracking_pipeline.delivery.mail import check_mail, composed, sender
from tracking_pipeline.delivery.outbox import (
    Message,
    NotSentError,
    UncertainError,
    UnreachableError,
)
from tracking_pipeline.errors import DeliveryError
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.delivery.mail_server import Manner, serving

MESSAGE = Message("weekly/a/1", "weekly_summary", "Your week", "<p>Wörter</p>", ".dot\nWörter")
TO = "john@company.example"


def settings(home: Path, port: int) -> Settings:
    return Settings(
        home=home,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        email_from="tracking@company.example",
    )


def test_both_parts_arrive_as_they_were_written(tmp_path: Path) -> None:
    with serving() as server:
        sender(settings(tmp_path, server.port), lambda _message: TO)(MESSAGE)
    (email,) = server.received
    assert email.get_content_type() == "multipart/alternative"
    parts = {part.get_content_type(): part.get_content() for part in email.iter_parts()}  # type: ignore[attr-defined]
    assert parts == {"text/plain": ".dot\r\nWörter\r\n", "text/html": "<p>Wörter</p>\r\n"}
    assert (email["To"], email["Subject"]) == (TO, "Your week")
    assert email["Auto-Submitted"] == "auto-generated"


def test_two_copies_of_a_message_have_one_message_id() -> None:
    first, second = (composed(MESSAGE, "a@b.example", TO) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]
    assert (
        first["Message-ID"]
        != composed(replace(MESSAGE, message_id="2"), "a@b.example", TO)["Message-ID"]
    )


@pytest.mark.parametrize("manner", ["refuses the recipient", "refuses the data"])
def test_a_refusal_may_be_tried_again(tmp_path: Path, manner: Manner) -> None:
    with serving(manner) as server, pytest.raises(NotSentError):
        sender(settings(tmp_path, server.port), lambda _message: TO)(MESSAGE)
    assert server.received == []


def test_a_connection_lost_while_the_server_has_it_is_uncertain(tmp_path: Path) -> None:
    with serving("hangs up on the data") as server, pytest.raises(UncertainError):
        sender(settings(tmp_path, server.port), lambda _message: TO)(MESSAGE)
    assert server.n_offered == 1


def test_no_server_makes_all_messages_wait(tmp_path: Path) -> None:
    with serving() as server:
        port = server.port
    with pytest.raises(UnreachableError, match="does not let us in"):
        sender(settings(tmp_path, port), lambda _message: TO)(MESSAGE)


def test_an_unencrypted_server_gets_nothing_where_encryption_is_wanted(tmp_path: Path) -> None:
    with serving() as server:
        wary = settings(tmp_path, server.port).model_copy(update={"smtp_security": "starttls"})
        with pytest.raises(UnreachableError):
            sender(wary, lambda _message: TO)(MESSAGE)
    assert server.n_offered == 0


@pytest.mark.parametrize(
    "address",
    [
        *(
            "a@b\nBcc: all@company.example",
            "nobody",
            "",
            "a b@c",
            "a@b..c",
            "<a@b.c>",
            "@",
            "a@b@c",
        ),
        *("a@m\u00fcnchen.example", '""@x.example'),
    ],
)
def test_what_is_no_address_is_not_sent(tmp_path: Path, address: str) -> None:
    with serving() as server, pytest.raises(NotSentError):
        sender(settings(tmp_path, server.port), lambda _message: address)(MESSAGE)
    assert server.received == []


def test_a_subject_stays_one_line() -> None:
    email = composed(replace(MESSAGE, subject="a\r\nBcc: x@y.example"), "a@b.example", TO)
    assert email["Subject"] == "a Bcc: x@y.example"
    assert email["Bcc"] is None


def test_an_unknown_person_is_not_sent_to(tmp_path: Path) -> None:
    with pytest.raises(NotSentError, match="not known"):
        sender(settings(tmp_path, 1), lambda _message: None)(MESSAGE)


def test_without_a_server_or_sender_the_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="TRACKING_SMTP_HOST and TRACKING_EMAIL_FROM"):
        check_mail(Settings(home=tmp_path))
