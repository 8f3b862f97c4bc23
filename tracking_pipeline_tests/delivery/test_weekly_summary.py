"""The week of 5 to 11 October 2025 of the team's scenario, as messages.

In seven dates engineer k saves 70,000 x k tokens and 7 hours, and makes 7 x k commits. Engineer 1:
70 x 0.03 = $2.10, and (2.10 + 7 x 100) / (7 / 30 x 50) = 60.2. The eight of them: $75.60, 56 hours,
252 commits, (75.60 + 5,600) / (8 x 7 / 30 x 50) = 60.8.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.delivery.outbox import Message
from tracking_pipeline.delivery.weekly_summary import summaries
from tracking_pipeline.reports.period import Period
from tracking_pipeline.state.people import Person
from tracking_pipeline_tests.reports.telemetry import team_scenario as scenario

WEEK = Period(date(2025, 10, 5), "UTC")
SARAH = Person(scenario.engineer(1), "sarah@company.example", "Sarah Chen")
PEOPLE = {SARAH.pseudonym: SARAH}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with scenario.warehouse() as made:
        yield made


def messages(
    home: Path,
    con: duckdb.DuckDBPyConnection,
    people: dict[str, Person] = PEOPLE,
    week: Period = WEEK,
    **chosen: object,
) -> list[Message]:
    return list(summaries(scenario.settings(home, **chosen), con, people, week))


def test_an_engineer_gets_their_own_figures(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    (message,) = messages(tmp_path, con, email_engineers=True)
    assert message.pseudonym == SARAH.pseudonym
    assert message.recipient is None
    for text in (message.html, message.text):
        assert "Hello Sarah Chen," in text
        assert all(figure in text for figure in ("$2.10", "7.0 h", "60.2"))
    assert re.search(r"Commits +7 ", message.text)


def test_who_is_not_known_gets_nothing(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    assert messages(tmp_path, con, {}, email_engineers=True) == []


def test_nobody_gets_anything_unless_the_settings_say_so(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    assert messages(tmp_path, con) == []


def test_each_stakeholder_gets_the_team_and_no_engineer_is_named(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    found = messages(tmp_path, con, email_team="a@b.example, c@d.example,a@b.example")
    assert [message.recipient for message in found] == ["a@b.example", "c@d.example"]
    assert len({message.message_id for message in found}) == 2
    for text in (found[0].html, found[0].text):
        assert all(figure in text for figure in ("$75.60", "56.0 h", "252", "60.8"))
        assert "Sarah" not in text
        assert scenario.engineer(1)[:6] not in text


def test_of_a_team_of_one_nobody_else_gets_the_figures(tmp_path: Path) -> None:
    with scenario.warehouse() as con:
        others = [scenario.engineer(number) for number in range(2, 9)]
        con.execute("delete from marts.engineer_value where engineer_hash in $1", [others])
        con.execute("update marts.team_value set engineers = 1, active_engineers = 1")
        found = messages(tmp_path, con, email_team="a@b.example", email_engineers=True)
    assert [message.pseudonym for message in found] == [SARAH.pseudonym]


def test_the_team_is_told_how_much_of_it_has_data(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    (message,) = messages(tmp_path, con, email_team="a@b.example")
    for text in (message.html, message.text):
        assert "56 of 56 engineer days have data." in text


def test_a_week_has_the_same_ids_when_it_is_composed_again(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    asked = {"email_engineers": True, "email_team": "a@b.example"}
    first, second = (messages(tmp_path, con, **asked) for _ in range(2))
    assert [message.message_id for message in first] == [message.message_id for message in second]
    later = messages(tmp_path, con, week=Period(date(2025, 10, 12), "UTC"), **asked)
    assert not {m.message_id for m in first} & {m.message_id for m in later}


def test_the_week_before_stands_beside(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    first, second = (
        messages(tmp_path, con, week=Period(date(2025, 10, day), "UTC"), email_engineers=True)[0]
        for day in (5, 12)
    )
    assert "(week before: —)" in first.text
    assert "(week before: $2.10)" in second.text


def test_a_week_without_data_has_no_message(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    week = Period(date(2026, 1, 4), "UTC")
    assert messages(tmp_path, con, week=week, email_team="a@b.example") == []


def test_a_demo_says_so_in_every_part(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "DEMO").touch()
    (message,) = messages(tmp_path, con, email_engineers=True)
    assert all("demo" in text.lower() for text in (message.subject, message.html, message.text))


def test_a_hostile_name_is_inert(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    hostile = Person(SARAH.pseudonym, SARAH.email, "<script>alert(1)</script>{{7*7}}\r\nBcc: x@y.z")
    (message,) = messages(tmp_path, con, {hostile.pseudonym: hostile}, email_engineers=True)
    assert "<script" not in message.html
    assert "{{7*7}}" in message.text
    assert "\nBcc" not in message.text
