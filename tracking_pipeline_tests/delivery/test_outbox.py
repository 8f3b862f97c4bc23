"""Each message is sent once, whatever the mail server and the process do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tracking_pipeline.delivery import outbox
from tracking_pipeline.delivery.outbox import (
    Message,
    NotSentError,
    Sent,
    UncertainError,
    UnreachableError,
)
from tracking_pipeline.errors import DeliveryError
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.store import open_store
from tracking_pipeline.state.store import outbox as outbox_table

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE = Message("weekly/a/1", "weekly_summary", "Your week", "<p>1</p>", "1", pseudonym="a")
TWO = Message("weekly/b/1", "weekly_summary", "Your week", "<p>2</p>", "2", recipient="b@c.example")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sa.Engine]:
    with open_store(Settings(home=tmp_path)) as engine:
        yield engine


class Server:
    """Takes messages, after failing as it was told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.taken: list[str] = []

    def __call__(self, message: Message) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(message.message_id)


def status(store: sa.Engine) -> dict[object, object]:
    return {row["message_id"]: row["status"] for row in outbox.listed(store)}


def test_a_message_is_sent_once_however_often_it_is_queued(store: sa.Engine) -> None:
    server = Server()
    assert outbox.enqueue(store, [ONE, TWO, ONE], NOW) == 2
    assert outbox.send_due(store, server, NOW) == Sent(n_sent=2)
    assert outbox.enqueue(store, [ONE], NOW + HOUR) == 0
    assert outbox.send_due(store, server, NOW + HOUR) == Sent()
    assert server.taken == [ONE.message_id, TWO.message_id]


def test_what_the_server_has_not_taken_is_tried_after_1_4_and_24_hours(store: sa.Engine) -> None:
    server = Server(*(NotSentError("busy") for _ in range(4)))
    outbox.enqueue(store, [ONE], NOW)
    moment = NOW
    for hours in (1, 4, 24):
        assert outbox.send_due(store, server, moment) == Sent(n_failed=1)
        due_at = moment + timedelta(hours=hours)
        assert outbox.send_due(store, server, due_at - timedelta(seconds=1)) == Sent()
        moment = due_at
    assert status(store) == {ONE.message_id: "pending"}
    assert outbox.send_due(store, server, moment) == Sent(n_failed=1)
    assert status(store) == {ONE.message_id: "failed"}
    assert [alert.alert_id for alert in open_alerts(store)] == [outbox.UNSENT]


def test_a_message_that_another_process_took_meanwhile_is_not_sent_too(store: sa.Engine) -> None:
    outbox.enqueue(store, [ONE, TWO], NOW)
    taken = []

    def send(message: Message) -> None:
        taken.append(message.message_id)
        with store.begin() as connection:
            connection.execute(outbox_table.update().values(status="sending"))

    assert outbox.send_due(store, send, NOW) == Sent(n_sent=1)
    assert taken == [ONE.message_id]


def test_one_bad_message_stops_no_other(store: sa.Engine) -> None:
    server = Server(NotSentError("no such person"))
    outbox.enqueue(store, [ONE, TWO], NOW)
    assert outbox.send_due(store, server, NOW) == Sent(n_sent=1, n_failed=1)
    assert server.taken == [TWO.message_id]


def test_what_may_have_been_sent_is_not_sent_again_by_itself(store: sa.Engine) -> None:
    server = Server(UncertainError("the line broke"))
    outbox.enqueue(store, [ONE], NOW)
    assert outbox.send_due(store, server, NOW) == Sent(n_uncertain=1)
    assert outbox.send_due(store, server, NOW + 48 * HOUR) == Sent()
    assert server.taken == []
    assert [alert.alert_id for alert in open_alerts(store)] == [outbox.UNSENT]


def test_a_person_may_decide_to_send_it_again_and_the_alert_ends(store: sa.Engine) -> None:
    server = Server(UncertainError("the line broke"))
    outbox.enqueue(store, [ONE], NOW)
    outbox.send_due(store, server, NOW)
    outbox.resend(store, ONE.message_id, NOW)
    assert open_alerts(store) == []
    assert outbox.send_due(store, server, NOW) == Sent(n_sent=1)
    with pytest.raises(DeliveryError):
        outbox.resend(store, ONE.message_id, NOW)


def test_what_a_killed_process_was_sending_is_uncertain(store: sa.Engine) -> None:
    def killed(_message: Message) -> None:
        raise KeyboardInterrupt

    outbox.enqueue(store, [ONE, TWO], NOW)
    with pytest.raises(KeyboardInterrupt):
        outbox.send_due(store, killed, NOW)
    server = Server()
    assert outbox.send_due(store, server, NOW) == Sent(n_sent=1, n_uncertain=1)
    assert server.taken == [TWO.message_id]


def test_reasons_hold_no_address(store: sa.Engine) -> None:
    outbox.enqueue(store, [ONE], NOW)
    server = Server(*(NotSentError("no such person john@company.example") for _ in range(4)))
    for days in range(4):
        outbox.send_due(store, server, NOW + timedelta(days=2 * days))
        assert outbox.listed(store)[0]["error"] == "no such person [e-mail]"
    assert status(store) == {ONE.message_id: "failed"}


def test_while_the_server_is_out_of_reach_nothing_is_tried_and_no_try_is_used(
    store: sa.Engine,
) -> None:
    server = Server(*(UnreachableError("connection refused") for _ in range(9)))
    outbox.enqueue(store, [ONE, TWO], NOW)
    for hours in range(9):
        assert outbox.send_due(store, server, NOW + hours * HOUR) == Sent(n_failed=2)
        assert [alert.alert_id for alert in open_alerts(store)] == [outbox.UNREACHABLE]
    assert {row["attempts"] for row in outbox.listed(store)} == {0}
    assert outbox.send_due(store, server, NOW + 9 * HOUR) == Sent(n_sent=2)
    assert open_alerts(store) == []


def test_what_nobody_foresaw_stops_no_other_message(store: sa.Engine) -> None:
    server = Server(UnicodeEncodeError("ascii", "ü", 0, 1, "no ASCII"))
    outbox.enqueue(store, [ONE, TWO], NOW)
    assert outbox.send_due(store, server, NOW) == Sent(n_sent=1, n_uncertain=1)
    assert server.taken == [TWO.message_id]


def test_all_that_wait_can_be_made_due_at_once(store: sa.Engine) -> None:
    outbox.enqueue(store, [ONE, TWO], NOW)
    outbox.send_due(store, Server(UncertainError("a"), UncertainError("b")), NOW)
    assert outbox.resend(store, None, NOW) == 2
    assert outbox.send_due(store, Server(), NOW) == Sent(n_sent=2)
