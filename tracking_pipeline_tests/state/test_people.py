import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tracking_pipeline.settings import Settings
from tracking_pipeline.state.erasures import entomb, scrub, tombstoned
from tracking_pipeline.state.people import Person, forget, people, person, remember
from tracking_pipeline.state.store import open_store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANN = Person("a" * 32, "ann@company.example", "Ann Old")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sa.Engine]:
    with open_store(Settings(home=tmp_path)) as opened:
        yield opened


def test_the_newest_name_wins_and_no_name_leaves_the_known_one(store: sa.Engine) -> None:
    remember(store, [ANN], NOW)
    remember(store, [ANN, Person(ANN.pseudonym, ANN.email)], NOW)
    assert people(store) == {ANN.pseudonym: ANN}
    married = Person(ANN.pseudonym, "ann@other.example", "Ann New")
    remember(store, [married], NOW)
    assert person(store, ANN.pseudonym) == married


def test_many_people_are_noted_in_a_moment(store: sa.Engine) -> None:
    many = [Person(f"{number:032}", f"{number}@company.example") for number in range(20_000)]
    remember(store, [], NOW)
    begun = time.process_time()
    remember(store, many, NOW)
    remember(store, [Person(many[0].pseudonym, many[0].email, "Ann"), *many[1:]], NOW)
    assert time.process_time() - begun < 3
    assert len(people(store)) == len(many)
    assert person(store, many[0].pseudonym) == Person(many[0].pseudonym, many[0].email, "Ann")


def test_who_is_forgotten_leaves_nothing_in_the_file(store: sa.Engine, tmp_path: Path) -> None:
    remember(store, [ANN, Person("b" * 32, "bob@company.example")], NOW)
    forget(store, ANN.pseudonym)
    forget(store, "nobody")
    scrub(store)
    assert list(people(store)) == ["b" * 32]
    kept = b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())
    assert b"bob@company.example" in kept
    assert b"ann@company.example" not in kept


def test_a_record_is_entombed_once(store: sa.Engine) -> None:
    entomb(store, ["one", "two"], NOW)
    entomb(store, ["two", "three"], NOW)
    entomb(store, [], NOW)
    assert tombstoned(store) == {"one", "two", "three"}
