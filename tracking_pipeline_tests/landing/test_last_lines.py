"""A last line without an end: read when somebody says so or its file has come to rest, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from tracking_pipeline.doctor import examine
from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.quarantine import quarantined
from tracking_pipeline.landing.rebuild import rebuild
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.landing.scenario import (
    NOW,
    drop,
    home,
    load_due,
    quiet,
    read_small,
    rows,
)

RECORDS = "select record_id, company from landing.campaign_generation order by all"
FATES = (
    "select relative_path, outcome, n_records, n_accepted, n_duplicate, n_quarantined, n_pending "
    "from landing.manifest order by batch_id, relative_path"
)
REFUSED = "select byte_offset, reason_code from landing.quarantine"
HOUR = NOW + timedelta(minutes=60)
A = [("engine_logs", "a")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def test_it_waits_and_is_named_until_the_file_has_been_at_rest_for_an_hour(
    settings: Settings,
) -> None:
    drop(settings, "a", "x 1 red\ny 2 red")
    assert load_due(settings).n_pending == 1
    (landing,) = [each for each in examine(settings) if each.subject == "landing"]
    assert landing.is_well
    assert "no end yet" in landing.state
    assert landing.state.endswith("engine_logs/a")
    assert load_due(settings, now=HOUR - timedelta(seconds=1)).n_files == 0
    assert load_due(settings, now=HOUR).n_accepted == 1
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red")]
    with open_store(settings) as store:
        assert ledger.unfinished(settings, store) == []
    assert load_due(settings, now=HOUR + timedelta(days=9)).n_files == 0


def test_it_is_read_at_once_of_a_file_that_is_named(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\ny 2 red")
    drop(settings, "b", "z 3 red\nw 4 red")
    summary = load_due(settings, complete=A)
    assert rows(settings, FATES) == [
        ("a", "loaded", 2, 1, 0, 0, 1),
        ("b", "loaded", 2, 1, 0, 0, 1),
        ("a", "loaded", 1, 1, 0, 0, 0),
    ]
    assert (summary.n_files, summary.size_bytes) == (2, 30)
    assert (summary.n_records, summary.n_accepted, summary.n_pending) == (4, 3, 1)


def test_it_is_read_of_a_file_that_is_named_after_it_was_loaded(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\ny 2 red")
    load_due(settings)
    load_due(settings, complete=A)
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red")]
    assert load_due(settings, complete=A).n_files == 0


@pytest.mark.parametrize("first", ["x 1 red\n", ""])
def test_a_file_that_grows_after_it_was_read_doubles_nothing(
    settings: Settings, first: str
) -> None:
    drop(settings, "a", first + "y 2 red")
    load_due(settings, complete=A)
    drop(settings, "a", first + "y 2 red\nz 3 red\n")
    load_due(settings)
    expected = [(line[0], "red") for line in (first + "y").split("\n")] + [("z", "red")]
    assert rows(settings, RECORDS) == sorted(expected)
    assert rows(settings, FATES)[-1] == ("a", "loaded", 2, 1, 1, 0, 0)
    drop(settings, "b", first + "y 2 red\nz 3 red\n")
    load_due(settings)
    n_records = len(expected)
    assert rows(settings, FATES)[-1] == ("b", "duplicate_delivery", n_records, 0, n_records, 0, 0)


def test_a_line_that_was_read_by_half_is_read_again_whole(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\ny 2")
    load_due(settings, complete=A)
    assert rows(settings, REFUSED) == [(8, "bad_line")]
    drop(settings, "a", "x 1 red\ny 2 red\n")
    load_due(settings)
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red")]
    with writer(settings) as con:
        assert quarantined(con).height == 0
        assert quarantined(con, with_settled=True)["status"].to_list() == ["superseded"]


def test_a_line_of_a_rotated_file_waits_though_its_successor_grows(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\nbroken and far behind\n")
    load_due(settings)
    drop(settings, "a", "y 2 red\n")
    load_due(settings)
    drop(settings, "a", "y 2 red\nz 3 red\n")
    load_due(settings)
    assert rows(settings, FATES)[-1] == ("a", "loaded", 1, 1, 0, 0, 0)
    with writer(settings) as con:
        assert quarantined(con)["byte_offset"].to_list() == [8]


def test_the_last_line_of_a_copy_is_known(settings: Settings) -> None:
    for name in ("a", "b"):
        drop(settings, name, "x 1 red\ny 2 red")
        load_due(settings)
    load_due(settings, now=HOUR)
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red")]
    assert load_due(settings, now=HOUR + timedelta(days=1)).n_files == 0
    drop(settings, "c", "x 1 red\ny 2 red")
    load_due(settings, now=HOUR)
    assert rows(settings, FATES)[-1] == ("c", "duplicate_delivery", 2, 0, 2, 0, 0)


def test_a_rebuilt_warehouse_has_read_it_too(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\ny 2 red")
    load_due(settings)
    load_due(settings, now=HOUR)
    before = rows(settings, FATES)
    rebuild(settings, now=HOUR, progress=quiet, read=read_small)
    assert rows(settings, FATES) == before
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red")]
