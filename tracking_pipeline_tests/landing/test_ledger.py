import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.folder import never_read
from tracking_pipeline.landing.ledger import Delivery
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.store import open_store
from tracking_pipeline_tests.landing.scenario import NOW, drop, home

SECOND = timedelta(seconds=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path).model_copy(update={"stable_seconds": 2.0})


def seen(settings: Settings, seconds: float) -> list[str]:
    return [delivery.relative_path for delivery in due(settings, seconds)]


def due(settings: Settings, seconds: float) -> list[Delivery]:
    with open_store(settings) as store:
        return ledger.scan(settings, store, NOW + timedelta(seconds=seconds))


def test_a_file_is_due_when_it_has_been_at_rest(settings: Settings) -> None:
    drop(settings, "a.jsonl", "1")
    assert seen(settings, 0) == []
    assert seen(settings, 1.9) == []
    assert seen(settings, 2) == ["a.jsonl"]


def test_a_file_that_is_still_being_written_is_not_due(settings: Settings) -> None:
    for second in range(5):
        drop(settings, "a.jsonl", "1" * (second + 1))
        assert seen(settings, second) == []
    assert seen(settings, 6) == ["a.jsonl"]


def test_a_rewrite_of_the_same_size_starts_the_wait_anew(settings: Settings) -> None:
    drop(settings, "a.jsonl", "1", mtime=1)
    seen(settings, 0)
    drop(settings, "a.jsonl", "2", mtime=2)
    assert seen(settings, 2) == []
    assert seen(settings, 4) == ["a.jsonl"]


def test_a_file_that_arrives_with_an_old_mtime_is_seen(settings: Settings) -> None:
    drop(settings, "new.jsonl", "1", mtime=2 * 10**18)
    seen(settings, 0)
    drop(settings, "old.jsonl", "1", mtime=10**9)
    seen(settings, 10)
    assert seen(settings, 12) == ["new.jsonl", "old.jsonl"]


def test_files_are_found_at_any_depth_and_under_any_name(settings: Settings) -> None:
    names = ["a b/ü/;drop.jsonl", "no_suffix", "x/y/z/%2e%2e.json", "new\nline.json"]
    for name in names:
        drop(settings, name, "1")
    seen(settings, 0)
    assert sorted(seen(settings, 2)) == sorted(names)


def test_what_is_never_read_is_named_with_its_reason(settings: Settings, tmp_path: Path) -> None:
    for name in (".hidden", ".folder/a.json", "a.json.part", "b.tmp"):
        drop(settings, name, "1", mtime=0)
    (settings.landing_dir / "unheard_of").mkdir()
    (settings.landing_dir / "stray.json").touch()
    room = settings.landing_dir / "engine_logs"
    (room / "link.json").symlink_to(tmp_path)
    os.mkfifo(room / "pipe")
    Path(os.fsdecode(os.fsencode(room) + b"/\xff")).touch()
    seen(settings, 0)
    assert seen(settings, 2) == []
    assert [str(each) for each in never_read(settings, NOW)] == [
        "engine_logs/.folder (is hidden)",
        "engine_logs/.hidden (is hidden)",
        "engine_logs/a.json.part (is marked as unfinished by .part)",
        "engine_logs/b.tmp (is marked as unfinished by .tmp)",
        "engine_logs/link.json (is a symbolic link)",
        "engine_logs/pipe (is no regular file)",
        r"engine_logs/\xff (has a name that is not UTF-8)",
        "stray.json (belongs to no source)",
        "unheard_of (belongs to no source)",
    ]


def test_what_is_being_written_is_not_told_of_for_an_hour(settings: Settings) -> None:
    drop(settings, "a.json.part", "1", mtime=int(NOW.timestamp() * 1e9))
    assert never_read(settings, NOW + timedelta(minutes=59)) == []
    assert never_read(settings, NOW + timedelta(minutes=61)) != []


def test_a_file_that_is_gone_is_not_offered(settings: Settings) -> None:
    file = drop(settings, "a.jsonl", "1")
    seen(settings, 0)
    file.unlink()
    assert seen(settings, 2) == []


def test_a_loaded_file_comes_back_only_when_it_changes(settings: Settings) -> None:
    drop(settings, "a.jsonl", "1")
    seen(settings, 0)
    (delivery,) = due(settings, 2)
    with open_store(settings) as store:
        ledger.mark_loaded(store, {delivery: "hash"})
    assert seen(settings, 1000) == []
    drop(settings, "a.jsonl", "12")
    seen(settings, 1001)
    assert seen(settings, 1003) == ["a.jsonl"]


def test_a_failed_file_is_offered_again_later_each_time(settings: Settings) -> None:
    drop(settings, "a.jsonl", "1")
    seen(settings, 0)
    (delivery,) = due(settings, 2)
    with open_store(settings) as store:
        ledger.mark_failed(store, delivery, "broken", NOW)
        assert seen(settings, 29) == []
        assert seen(settings, 30) == ["a.jsonl"]
        ledger.mark_failed(store, delivery, "broken", NOW)
        assert seen(settings, 59) == []
        assert seen(settings, 60) == ["a.jsonl"]
        for _ in range(30):
            ledger.mark_failed(store, delivery, "broken", NOW)
    assert seen(settings, 24 * 3600) == ["a.jsonl"]


def test_a_late_mark_does_not_touch_a_newer_state_of_the_file(settings: Settings) -> None:
    drop(settings, "a.jsonl", "1")
    seen(settings, 0)
    (old,) = due(settings, 2)
    drop(settings, "a.jsonl", "12")
    seen(settings, 3)
    with open_store(settings) as store:
        ledger.mark_loaded(store, {old: "hash"})
    assert seen(settings, 5) == ["a.jsonl"]


def test_a_tick_over_ten_thousand_files_is_short(settings: Settings) -> None:
    for number in range(10_000):
        drop(settings, f"{number % 100}/{number}.json", "1")
    (first,) = {len(due(settings, 0))}
    assert first == 0
    with open_store(settings) as store:
        waiting = ledger.scan(settings, store, NOW + 2 * SECOND)
        ledger.mark_loaded(store, dict.fromkeys(waiting, "hash"))
        started = time.process_time()
        assert ledger.scan(settings, store, NOW + 3 * SECOND) == []
        took = time.process_time() - started
    assert len(waiting) == 10_000
    assert took < 0.5, f"{took:.3f} s of processor time"
