import contextlib
import os
import socket
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from tracking_pipeline.doctor import examine
from tracking_pipeline.errors import DiskFullError
from tracking_pipeline.landing import archive, ledger
from tracking_pipeline.landing.archive import object_path
from tracking_pipeline.landing.ingest import ingest, reconcile
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.record import Source, SourceFile
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.erasures import entomb
from tracking_pipeline.state.store import deliveries, open_store
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
    "select relative_path, outcome, n_records, n_accepted, n_duplicate, n_quarantined, n_blank, "
    "n_pending from landing.manifest order by batch_id, relative_path"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def test_every_record_has_one_fate(settings: Settings) -> None:
    drop(settings, "a", "a 1 red\nbroken\n\na 1 red\na 1 blue\nb 2 red\nc 3")
    summary = load_due(settings)
    assert rows(settings, RECORDS) == [("a", "red"), ("b", "red")]
    assert rows(settings, FATES) == [("a", "loaded", 7, 2, 1, 2, 1, 1)]
    assert (summary.n_files, summary.n_records, summary.n_accepted) == (1, 7, 2)


def test_the_first_in_the_order_of_arrival_wins(settings: Settings) -> None:
    drop(settings, "b", "x 1 later\n")
    drop(settings, "a", "x 1 first\nx 1 second\n")
    load_due(settings)
    assert rows(settings, RECORDS) == [("x", "first")]
    reasons = "select relative_path, line_number, reason_code from landing.quarantine order by all"
    assert rows(settings, reasons) == [
        ("a", 2, "conflicting_duplicate"),
        ("b", 1, "conflicting_duplicate"),
    ]


def test_a_record_is_stored_once_whatever_file_it_comes_in(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\ny 2 red\n")
    load_due(settings)
    drop(settings, "b", "y 2 red\nz 3 red\nx 1 blue\n")
    load_due(settings)
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red"), ("z", "red")]
    assert rows(settings, FATES)[1:] == [("b", "loaded", 3, 1, 1, 1, 0, 0)]


def test_a_record_of_an_erased_person_stays_out_and_is_counted_once(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\ny 2 red\n")
    load_due(settings)
    with open_store(settings) as store:
        entomb(store, ["x", "z"], NOW)
    # One repeats a record that still lies there, one is another's, and one comes twice.
    drop(settings, "b", "x 1 blue\ny 2 red\nz 3 red\nz 3 blue\n")
    load_due(settings)
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red")]
    assert rows(settings, FATES)[1:] == [("b", "loaded", 4, 0, 4, 0, 0, 0)]


@pytest.mark.parametrize("is_same_batch", [True, False])
def test_a_copied_file_is_recorded_and_adds_nothing(
    settings: Settings, *, is_same_batch: bool
) -> None:
    drop(settings, "a", "x 1 red\nbroken\n\ny 2")
    if not is_same_batch:
        load_due(settings)
    drop(settings, "copy", "x 1 red\nbroken\n\ny 2")
    load_due(settings)
    assert rows(settings, FATES) == [
        ("a", "loaded", 4, 1, 0, 1, 1, 1),
        ("copy", "duplicate_delivery", 4, 0, 2, 0, 1, 1),
    ]
    assert rows(settings, "select count(*) from landing.quarantine") == [(1,)]


def test_a_redelivered_file_is_recorded_and_adds_nothing(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\n", mtime=1)
    load_due(settings)
    drop(settings, "a", "x 1 red\n", mtime=2)
    load_due(settings)
    assert [row[1] for row in rows(settings, FATES)] == ["loaded", "duplicate_delivery"]
    assert rows(settings, "select * from landing.findings") == []


def test_the_same_state_of_a_file_is_one_delivery_even_when_the_ledger_is_lost(
    settings: Settings,
) -> None:
    drop(settings, "a", "x 1 red\n")
    load_due(settings)
    (settings.state_dir / "state.sqlite").unlink()
    load_due(settings)
    assert rows(settings, FATES) == [("a", "loaded", 1, 1, 0, 0, 0, 0)]


def rewrite(file: Path) -> None:
    file.write_text("y 1 red\n")


def replace(file: Path) -> None:
    other = file.with_name("other.part")
    other.write_text("y 1 red\n")
    other.rename(file)


@pytest.mark.parametrize("correct", [rewrite, replace])
@pytest.mark.parametrize("is_ledger_lost", [False, True])
def test_other_bytes_of_the_same_size_and_mtime_are_read(
    settings: Settings, correct: Callable[[Path], None], *, is_ledger_lost: bool
) -> None:
    file = drop(settings, "a", "x 1 red\n", mtime=1)
    load_due(settings)
    correct(file)
    os.utime(file, ns=(1, 1))
    if is_ledger_lost:
        (settings.state_dir / "state.sqlite").unlink()
    assert load_due(settings).n_accepted == 1
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red")]
    assert load_due(settings).n_files == 0
    (settings.state_dir / "state.sqlite").unlink()
    assert load_due(settings).n_files == 0


def test_a_file_that_is_touched_in_all_but_its_bytes_and_mtime_is_no_new_delivery(
    settings: Settings,
) -> None:
    file = drop(settings, "a", "x 1 red\n", mtime=1)
    load_due(settings)
    file.chmod(0o600)
    with open_store(settings) as store:
        assert len(ledger.scan(settings, store, NOW)) == 1
        assert load_due(settings).n_files == 0
        assert ledger.scan(settings, store, NOW) == []
    assert rows(settings, FATES) == [("a", "loaded", 1, 1, 0, 0, 0, 0)]


def test_a_file_that_is_touched_while_it_rests_waits_no_longer(settings: Settings) -> None:
    hasty = settings.model_copy(update={"stable_seconds": 2.0})
    with open_store(settings) as store:
        file = drop(settings, "a", "x 1 red\n", mtime=1)
        assert ledger.scan(hasty, store, NOW) == []
        file.chmod(0o600)
        assert len(ledger.scan(hasty, store, NOW + timedelta(seconds=2))) == 1


def test_of_an_appended_file_only_what_is_new_is_archived_and_read(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\ny 2")
    load_due(settings)
    drop(settings, "a", "x 1 red\ny 2 red\nz 3 red\n")
    load_due(settings)
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red"), ("z", "red")]
    assert rows(settings, FATES) == [
        ("a", "loaded", 2, 1, 0, 0, 0, 1),
        ("a", "loaded", 2, 2, 0, 0, 0, 0),
    ]
    (place,) = rows(settings, "select start_offset, end_offset, object_hash from landing.manifest")[
        1:
    ]
    assert place[:2] == (8, 24)
    assert object_path(settings.archive_dir, place[2]).read_bytes() == b"y 2 red\nz 3 red\n"


def test_byte_offsets_of_an_appended_file_count_from_its_beginning(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\n")
    load_due(settings)
    drop(settings, "a", "x 1 red\ny 2 red\nbroken\n")
    load_due(settings)
    assert rows(settings, "select byte_offset from landing.quarantine") == [(16,)]


def test_a_copy_of_a_file_that_grew_counts_all_its_records(settings: Settings) -> None:
    for content in ("x 1 red\ny 2", "x 1 red\ny 2 red\n", "x 1 red\ny 2 red\nbroken\n"):
        drop(settings, "a", content)
        load_due(settings)
    drop(settings, "renamed", "x 1 red\ny 2 red\nbroken\n")
    load_due(settings)
    assert rows(settings, FATES)[-1] == ("renamed", "duplicate_delivery", 3, 0, 3, 0, 0, 0)


def test_a_renamed_file_may_grow_under_its_new_name(settings: Settings) -> None:
    file = drop(settings, "a", "x 1 red\n")
    load_due(settings)
    file.rename(file.with_name("b"))
    load_due(settings)
    drop(settings, "b", "x 1 red\ny 2 red\n")
    load_due(settings)
    assert rows(settings, FATES)[-1] == ("b", "loaded", 1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("second", "finding"),
    [
        ("x 1 red\n", "file_shrunk"),
        ("z 3 red\n", "file_shrunk"),
        ("z 3 red\nx 1 red\ny 2 red\n", "file_rewritten"),
    ],
)
def test_a_truncated_or_rotated_file_is_read_as_a_new_one_and_noted(
    settings: Settings, second: str, finding: str
) -> None:
    drop(settings, "a", "x 1 red\ny 2 red\n")
    load_due(settings)
    drop(settings, "a", second)
    load_due(settings)
    kept = rows(settings, RECORDS)
    assert {("x", "red"), ("y", "red")} <= set(kept)
    assert (("z", "red") in kept) == ("z" in second)
    assert rows(settings, "select finding from landing.findings") == [(finding,)]
    assert rows(settings, "select start_offset from landing.manifest") == [(0,), (0,)]


def test_one_bad_file_stops_no_other_and_is_named(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\n")
    drop(settings, "b", "boom\n")
    drop(settings, "c", "y 2 red\n")
    summary = load_due(settings)
    assert rows(settings, RECORDS) == [("x", "red"), ("y", "red")]
    (failure,) = summary.failures
    assert (failure.relative_path, failure.error) == ("b", "the reader broke on b")
    assert "failed: engine_logs/b: the reader broke on b" in summary.sentence()
    assert summary.n_files == 3


def test_a_file_that_cannot_be_loaded_is_told_until_it_can(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\n")
    drop(settings, "b", "boom\n", mtime=1)
    for _ in range(2):
        load_due(settings)
        with open_store(settings) as store:
            assert ledger.failing(settings, store) == {"engine_logs/b": "the reader broke on b"}
            told = [alert.message for alert in open_alerts(store)]
        assert told == ["engine_logs/b cannot be loaded: the reader broke on b"]
    files = [finding for finding in examine(settings) if finding.subject == "files"]
    assert [(each.is_well, each.state) for each in files] == [
        (False, "1 cannot be loaded: engine_logs/b (the reader broke on b)")
    ]
    drop(settings, "b", "y 2 red\n", mtime=2)
    load_due(settings)
    with open_store(settings) as store:
        assert (ledger.failing(settings, store), open_alerts(store)) == ({}, [])


def test_what_an_error_of_the_engine_quotes_of_the_data_is_told_nowhere(
    settings: Settings,
) -> None:
    def fail(*_args: object, **_names: object) -> None:
        message = "cannot read Jane Doe, jane.doe@example.com, as a number"
        raise duckdb.ConversionException(message)

    told: list[str] = []
    drop(settings, "a", "x 1 red\n")
    with open_store(settings) as store, writer(settings) as con:
        due = ledger.scan(settings, store, NOW)
        summary = ingest(settings, con, due, now=NOW, progress=told.append, read=fail)
        with store.begin() as connection:
            kept = connection.execute(sa.select(deliveries.c.error)).scalar_one()
    said = "ConversionException, whose words may quote the data and are withheld"
    assert ([failure.error for failure in summary.failures], kept) == ([said], said)
    assert told == [f"cannot load engine_logs/a: {said}"]


def test_what_failed_is_loaded_from_the_archive_when_the_cause_is_gone(settings: Settings) -> None:
    def fail(*_args: object, **_names: object) -> None:
        message = "out of order"
        raise duckdb.IOException(message)

    file = drop(settings, "a", "x 1 red\n")
    assert len(load_due(settings, fail).failures) == 1
    file.unlink()
    with writer(settings) as con:
        again = reconcile(settings, con, now=NOW, progress=quiet, read=read_small)
        nothing = reconcile(settings, con, now=NOW, progress=quiet, read=read_small)
    assert (again.n_accepted, nothing.n_files) == (1, 0)


def test_a_full_disk_is_the_fault_of_no_file(settings: Settings) -> None:
    def fail(*_args: object, **_names: object) -> None:
        message = "Could not write file: No space left on device"
        raise duckdb.IOException(message)

    drop(settings, "a", "x 1 red\n")
    with pytest.raises(DiskFullError, match="takes no more"):
        load_due(settings, fail)
    assert load_due(settings).failures == ()
    assert rows(settings, FATES) == [("a", "loaded", 1, 1, 0, 0, 0, 0)]


def test_a_file_that_changes_while_it_is_copied_is_left_for_later(settings: Settings) -> None:
    file = drop(settings, "a", "x 1 red\n")
    with pytest.raises(archive.LandingError, match="changed while it was read"):
        archive.copy_in(settings.archive_dir, file, (4, file.stat().st_mtime_ns), None)
    assert list((settings.archive_dir / "incoming").iterdir()) == []


def test_a_link_put_in_the_place_of_a_file_is_not_followed(
    settings: Settings, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x 1 red\n")
    link = settings.landing_dir / "link"
    link.symlink_to(secret)
    state = (secret.stat().st_size, secret.stat().st_mtime_ns)
    with pytest.raises(archive.LandingError, match="cannot be copied"):
        archive.copy_in(settings.archive_dir, link, state, None)


def pipe(place: Path) -> None:
    os.mkfifo(place)


def unix_socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(place.parent):
        server.bind(place.name)


@pytest.mark.parametrize("put", [pipe, unix_socket, Path.mkdir])
def test_what_is_no_file_in_the_place_of_one_is_not_waited_for(
    settings: Settings, put: Callable[[Path], None]
) -> None:
    file = drop(settings, "a", "x 1 red\n")
    drop(settings, "b", "y 2 red\n")
    with open_store(settings) as store, writer(settings) as con:
        due = ledger.scan(settings, store, NOW)
        file.unlink()
        put(file)
        summary = ingest(settings, con, due, now=NOW, progress=quiet, read=read_small)
    assert [failure.relative_path for failure in summary.failures] == ["a"]
    assert rows(settings, RECORDS) == [("y", "red")]


def test_a_record_that_the_reader_loses_fails_the_file(settings: Settings) -> None:
    def lose(con: duckdb.DuckDBPyConnection, *args: object, **names: object) -> None:
        read_small(con, *args, **names)
        con.execute("delete from parsed_campaign_generation")

    drop(settings, "a", "x 1 red\n")
    (failure,) = load_due(settings, lose).failures
    assert "1 records were read, 0 have a fate" in failure.error
    assert rows(settings, RECORDS) == []


def test_archive_and_quarantine_are_private_and_objects_read_only(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\n")
    load_due(settings)
    folders = [each for each in settings.archive_dir.rglob("*") if each.is_dir()]
    assert {each.stat().st_mode & 0o777 for each in [settings.archive_dir, *folders]} == {0o700}
    objects = [each for each in (settings.archive_dir / "objects").rglob("*") if each.is_file()]
    assert [each.stat().st_mode & 0o777 for each in objects] == [0o400]
    assert settings.warehouse_file.parent.stat().st_mode & 0o777 == 0o700


def test_many_small_files_load_in_batches(settings: Settings) -> None:
    for number in range(2_010):
        drop(settings, f"{number}", f"{number}\n")

    def read_all(
        con: duckdb.DuckDBPyConnection,
        source: Source,
        files: Sequence[SourceFile],
        *args: Settings,
        **names: object,
    ) -> None:
        assert len(files) <= 2_000
        read_small(con, source, [], *args, **names)
        con.execute(
            "insert into file_outcomes select unnest($1), 'jsonl', 10, 1, 0, 1, 0, null, null",
            [[file.file_id for file in files]],
        )

    summary = load_due(settings, read_all)
    assert (summary.n_files, summary.n_blank) == (2_010, 2_010)
    assert rows(settings, "select max(batch_id) from landing.manifest") == [(2,)]
