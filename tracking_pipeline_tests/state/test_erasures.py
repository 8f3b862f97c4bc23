from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracking_pipeline.delivery.outbox import Message, enqueue, listed, resend, send_due
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.erasures import drop_messages
from tracking_pipeline.state.store import open_store, outbox

NOW = datetime(2025, 11, 24, 8, tzinfo=UTC)
OWN = Message("w/1", "weekly_summary", "Your week", "<p>Hello</p>", "Hello", pseudonym="john")
TEAM = Message("t/1", "team_summary", "The week", "<p>of john</p>", "of john", recipient="a@b.c")


def holds(text: str) -> bool:
    return "john" in text


@pytest.mark.parametrize("message", [OWN, TEAM])
def test_a_message_that_was_not_sent_is_dropped_whole(tmp_path: Path, message: Message) -> None:
    with open_store(Settings(home=tmp_path)) as store:
        enqueue(store, [message], NOW)
        drop_messages(store, holds)
        assert listed(store) == []


def test_what_was_sent_to_another_loses_its_words_and_is_not_sent_again(tmp_path: Path) -> None:
    sent: list[str] = []
    with open_store(Settings(home=tmp_path)) as store:
        enqueue(store, [OWN, TEAM], NOW)
        send_due(store, lambda message: sent.append(message.message_id), NOW)
        drop_messages(store, holds)
        with store.begin() as connection:
            left = connection.execute(outbox.select()).all()
        assert [(row.message_id, row.subject, row.html, row.text) for row in left] == [
            ("t/1", "", "", "")
        ]
        assert enqueue(store, [TEAM], NOW) == 0
        assert resend(store, None, NOW) == 0
        send_due(store, lambda message: sent.append(message.message_id), NOW + timedelta(days=1))
    assert sorted(sent) == ["t/1", "w/1"]


def test_what_may_have_been_sent_to_another_is_not_sent_without_words(tmp_path: Path) -> None:
    def lost(_message: Message) -> None:
        raise ConnectionResetError

    with open_store(Settings(home=tmp_path)) as store:
        enqueue(store, [TEAM], NOW)
        assert send_due(store, lost, NOW).n_uncertain == 1
        drop_messages(store, holds)
        assert resend(store, None, NOW) == 0
