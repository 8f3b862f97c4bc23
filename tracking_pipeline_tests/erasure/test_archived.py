"""The archive without a person: what is found of them in it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracking_pipeline.landing import archive, journal
from tracking_pipeline.landing.erasure.archived import plain_texts
from tracking_pipeline.landing.journal import Entry
from tracking_pipeline.landing.ledger import Delivery
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.erasure.scenario import JOHN, JOHN_NAME, KEY, WHOM

PIECE = 8 * 2**20


def archived(settings: Settings, content: bytes) -> None:
    """Put the bytes into the archive, as the one delivery of its first batch."""
    file = settings.home_dir.parent / "delivered.jsonl"
    file.write_bytes(content)
    state = (file.stat().st_size, file.stat().st_mtime_ns)
    copied = archive.copy_in(settings.archive_dir, file, state, None)
    archive.settle(settings.archive_dir, [copied])
    delivery = Delivery(1, "telemetry", file.name, *state)
    hashes = (copied.content_hash, copied.object_hash)
    received_at = datetime(2026, 11, 21, tzinfo=UTC)
    entry = Entry("f", delivery, *hashes, 0, received_at, "c", "UTC")
    journal.write_batch(settings.archive_dir, 1, [entry])


@pytest.mark.parametrize("first", [0, PIECE - len(JOHN_NAME), PIECE - 5, PIECE - 1, PIECE])
def test_a_name_is_found_wherever_it_stands_between_the_pieces_of_a_search(
    tmp_path: Path, first: int
) -> None:
    settings = Settings(home=tmp_path / "home")
    archived(settings, b"{" * first + f'"{JOHN_NAME}", "Emily", "{JOHN}"'.encode())
    assert plain_texts(settings, KEY, WHOM.pseudonyms) == {JOHN, JOHN_NAME}
