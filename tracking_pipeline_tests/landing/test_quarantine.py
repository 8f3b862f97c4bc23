import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tracking_pipeline.errors import LandingError
from tracking_pipeline.landing.load import Reader
from tracking_pipeline.landing.quarantine import dismiss, quarantined, replay, show
from tracking_pipeline.landing.rebuild import rebuild
from tracking_pipeline.landing.summary import IngestSummary
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.landing.scenario import (
    DAY,
    NOW,
    drop,
    home,
    load_due,
    quiet,
    read_small,
    rows,
)

RECORD = (
    '{"log_type": "campaign_generation", "session_id": "%s", '
    '"timestamp": "2026-11-20T10:00:00", "generation_output": {"message_quality_score": %d}}'
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def ids(settings: Settings) -> list[str]:
    with writer(settings) as con:
        return quarantined(con)["quarantine_id"].to_list()


def shown(settings: Settings) -> list[bytes]:
    with writer(settings) as con:
        return [show(settings, con, each) for each in quarantined(con)["quarantine_id"]]


def replay_all(
    settings: Settings, wanted: list[str], fixed: Path | None = None, reader: Reader = read_small
) -> IngestSummary:
    with writer(settings) as con:
        return replay(settings, con, wanted, fixed, now=NOW, progress=quiet, read=reader)


def test_a_refused_record_is_listed_with_place_and_reason(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\nnot a good record\n")
    load_due(settings)
    with writer(settings) as con:
        (row,) = quarantined(con).rows(named=True)
    assert (row["relative_path"], row["line_number"], row["byte_offset"]) == ("a", 2, 8)
    assert (row["reason_code"], row["raw_size"], row["status"]) == ("bad_line", 17, "quarantined")


def test_a_corrected_file_delivered_again_leaves_nothing_waiting(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\nnot a good record\n")
    load_due(settings)
    drop(settings, "a", "x 1 red\nz 2 red\n")
    load_due(settings)
    assert ids(settings) == []
    with writer(settings) as con:
        listed = quarantined(con, with_settled=True)["status"].to_list()
    assert listed == ["superseded"]


def test_a_file_that_only_grows_leaves_its_refused_line_waiting(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\nnot a good record\n")
    load_due(settings)
    drop(settings, "a", "x 1 red\nnot a good record\ny 2 red\n")
    load_due(settings)
    assert len(ids(settings)) == 1


def test_a_record_kept_in_part_is_shown_whole_from_the_archive(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\n")
    load_due(settings)
    drop(settings, "a", "x 1 red\ny 2 red\nnot a good record\n")
    load_due(settings)
    assert rows(settings, "select raw from landing.quarantine") == [(b"not ",)]
    assert shown(settings) == [b"not a good record"]


def test_a_contradicting_record_is_shown_from_the_archive(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\n\nx 1 blue\n")
    load_due(settings)
    assert shown(settings) == [b"x 1 blue"]


def test_a_fixed_record_enters_and_the_old_one_is_replayed(
    settings: Settings, tmp_path: Path
) -> None:
    drop(settings, "a", "x 1 red\nbroken\n")
    load_due(settings)
    (old,) = ids(settings)
    fixed = tmp_path / "fixed"
    fixed.write_text("y 2 red\n")
    summary = replay_all(settings, [old], fixed)
    assert summary.n_accepted == 1
    assert ids(settings) == []
    assert rows(settings, "select status from landing.quarantine") == [("replayed",)]
    last = "select relative_path, outcome from landing.manifest order by batch_id desc limit 1"
    assert rows(settings, last) == [(f"replays/2/{old}.json", "loaded")]


def test_without_a_fix_the_old_bytes_are_read_by_todays_rules(settings: Settings) -> None:
    drop(settings, "a", "red herring\n")
    load_due(settings)
    old = ids(settings)
    summary = replay_all(settings, old)
    assert (summary.n_pending, summary.n_records) == (1, 1)
    assert ids(settings) == []


def test_a_replayed_record_cannot_be_replayed_again(settings: Settings) -> None:
    drop(settings, "a", "broken\n")
    load_due(settings)
    old = ids(settings)
    replay_all(settings, old)
    with pytest.raises(LandingError, match="waits no more: it has been replayed"):
        replay_all(settings, old)


def test_an_unknown_record_is_named(settings: Settings) -> None:
    load_due(settings)
    with pytest.raises(LandingError, match="nonsense: is not in quarantine"):
        replay_all(settings, ["nonsense"])


def test_what_a_replay_did_survives_a_second_look(settings: Settings, tmp_path: Path) -> None:
    drop(settings, "a", "broken\n")
    load_due(settings)
    fixed = tmp_path / "fixed"
    fixed.write_text("still broken\n")
    replay_all(settings, ids(settings), fixed)
    assert shown(settings) == [b"still broken"]


def test_a_log_that_was_rotated_corrects_nothing(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\nnot a good record\n")
    load_due(settings)
    drop(settings, "a", "y 1 red\nz 2 red\n")
    load_due(settings)
    assert len(ids(settings)) == 1


@pytest.mark.parametrize("content", ["x 1 red\nz 2 red\n", "z 2 red\nx 1 red\ny 3 red\n"])
def test_a_corrected_file_of_the_same_name_delivered_by_hand_supersedes(
    settings: Settings, content: str
) -> None:
    drop(settings, "logs/a", "x 1 red\nnot a good record\n")
    load_due(settings)
    drop(settings, "logs/0123456789abcdef/a", content)
    load_due(settings)
    assert ids(settings) == []


def test_another_file_of_the_same_name_supersedes_nothing(settings: Settings) -> None:
    drop(settings, "logs/a", "x 1 red\nnot a good record\n")
    load_due(settings)
    drop(settings, "logs/0123456789abcdef/a", "y 1 red\nz 2 red\n")
    load_due(settings)
    assert len(ids(settings)) == 1


def test_of_a_corrected_file_only_what_is_wrong_still_waits(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\nfirst bad line here\nsecond bad line here\n")
    load_due(settings)
    drop(settings, "0123456789abcdef/a", "x 1 red\ny 2 red\nsecond bad line here\n")
    load_due(settings)
    with writer(settings) as con:
        waiting = quarantined(con).rows(named=True)
    assert [(row["relative_path"], row["line_number"]) for row in waiting] == [
        ("0123456789abcdef/a", 3)
    ]


def test_a_replay_that_fails_keeps_its_one_row_with_the_new_reason(
    settings: Settings, tmp_path: Path
) -> None:
    drop(settings, "a.jsonl", f"{RECORD % ('a', 1)}\n{BAD}\n")
    load_due(settings, read)
    (old,) = ids(settings)
    fixed = tmp_path / "fixed.json"
    for score in ('"high"', '"low"'):
        fixed.write_text((RECORD % ("b", 1)).replace(" 1}", f" {score}}}"))
        replay_all(settings, [old], fixed, read)
    with writer(settings) as con:
        (row,) = quarantined(con).rows(named=True)
    assert (row["quarantine_id"], row["relative_path"], row["line_number"]) == (old, "a.jsonl", 2)
    assert row["reason"].startswith("generation_output.message_quality_score is 'low'")
    assert shown(settings) == [fixed.read_bytes()]
    fixed.write_text(RECORD % ("b", 1))
    assert replay_all(settings, [old], fixed, read).n_accepted == 1
    assert ids(settings) == []


def test_the_beginning_of_an_id_is_enough_when_no_other_begins_so(settings: Settings) -> None:
    drop(settings, "a", "not a good record\n")
    load_due(settings)
    (whole,) = ids(settings)
    with writer(settings) as con:
        assert show(settings, con, whole[:8]) == b"not a good record"
    drop(settings, "b", "not another good record\n")
    load_due(settings)
    with writer(settings) as con, pytest.raises(LandingError, match="begins more than one id"):
        show(settings, con, "")


WRONG = RECORD.replace("%d", '"%d"')


@pytest.mark.parametrize(
    ("name", "content", "n_waiting"),
    [
        ("fixed.jsonl", RECORD % ("b", 3), 0),
        ("fixed.json", f'{{"training_records": [{RECORD % ("b", 3)}]}}', 0),
        ("other.jsonl", RECORD % ("c", 3), 1),  # another session
        ("still.jsonl", WRONG % ("b", 3), 2),
    ],
)
def test_the_same_record_delivered_right_in_any_file_supersedes(
    settings: Settings, name: str, content: str, n_waiting: int
) -> None:
    drop(settings, "a.jsonl", f"{RECORD % ('a', 1)}\n{WRONG % ('b', 2)}\n")
    load_due(settings, read)
    assert len(ids(settings)) == 1
    drop(settings, name, f"{content}\n")
    load_due(settings, read)
    assert len(ids(settings)) == n_waiting


def test_a_right_record_beside_its_wrong_copy_leaves_nothing_waiting(settings: Settings) -> None:
    drop(settings, "a.jsonl", f"{WRONG % ('b', 2)}\n{RECORD % ('b', 2)}\n")
    load_due(settings, read)
    assert ids(settings) == []


def test_a_contradiction_of_a_refused_record_supersedes_nothing(settings: Settings) -> None:
    drop(settings, "a.jsonl", f"{RECORD % ('b', 1)}\n")
    load_due(settings, read)
    drop(settings, "b.jsonl", f"{WRONG % ('b', 2)}\n{RECORD % ('b', 2)}\n")
    load_due(settings, read)
    assert len(ids(settings)) == 2


def test_a_dismissed_record_stays_dismissed_when_the_warehouse_is_rebuilt(
    settings: Settings,
) -> None:
    drop(settings, "a", "not a good record\n")
    load_due(settings)
    (whole,) = ids(settings)
    with open_store(settings) as store, writer(settings) as con:
        dismiss(con, store, [whole[:8]], "a test of ours", NOW)
    assert ids(settings) == []
    rebuild(settings, now=NOW, progress=quiet, read=read_small)
    assert rows(settings, "select status from landing.quarantine") == [("dismissed",)]
    with (
        open_store(settings) as store,
        writer(settings) as con,
        pytest.raises(LandingError, match="waits no more: it has been dismissed"),
    ):
        dismiss(con, store, [whole], "again", NOW)


def test_what_was_superseded_stays_so_when_the_warehouse_is_rebuilt(settings: Settings) -> None:
    drop(settings, "a", "x 1 red\nnot a good record\n")
    load_due(settings)
    drop(settings, "a", "x 1 red\nz 2 red\n")
    load_due(settings)
    rebuild(settings, now=NOW, progress=quiet, read=read_small)
    assert rows(settings, "select status from landing.quarantine") == [("superseded",)]


BAD = '{"log_type": "' + "b" * 90 + '"}'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lines.jsonl", f"{RECORD % ('a', 1)}\n{BAD}\n"),
        ("list.json", f"[{RECORD % ('a', 1)},\n {BAD}]"),
        ("set.json", f'{{"training_records": [{RECORD % ("a", 1)}, {BAD}]}}'),
    ],
)
def test_a_long_refused_record_of_the_real_reader_is_shown_whole(
    settings: Settings, name: str, content: str
) -> None:
    small = settings.model_copy(update={"quarantine_raw_bytes": 20})
    drop(small, name, content)
    load_due(small, read)
    assert rows(small, "select octet_length(raw) from landing.quarantine") == [(20,)]
    assert shown(small) == [BAD.encode()]


@pytest.mark.parametrize(
    ("name", "content"),
    [("lines.jsonl", "%s\n%s\n"), ("list.json", "[%s,\n%s]"), ("documents.json", "%s\n%s")],
)
def test_a_contradicting_record_of_the_real_reader_is_shown(
    settings: Settings, name: str, content: str
) -> None:
    one, other = RECORD % ("one", 1), RECORD % ("one", 2)
    space = " " if name == "lines.jsonl" else "\n"
    drop(settings, name, content % (one.replace(" ", space), other.replace(" ", space)))
    load_due(settings, read)
    assert rows(settings, "select reason_code from landing.quarantine") == [
        ("conflicting_duplicate",)
    ]
    assert shown(settings) == [other.replace(" ", space).encode()]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", "[%s,\n %s]"),
        ("set.json", '{"training_records" : [%s, %s], "more": 1}'),
        ("later.json", '{"some": {"a": [1.50]}, "training_records": [%s,%s]}'),
        ("lines.jsonl", '{"any": 1}\n{"training_records": [%s, %s]}\n'),
    ],
)
def test_a_record_is_shown_as_it_was_written(settings: Settings, name: str, content: str) -> None:
    written = '{ "log_type" : "no_kind",  "score": 1.50, "name": "\\u00e9" }'
    drop(settings, name, content % (RECORD % ("a", 1), written))
    load_due(settings, read)
    assert shown(settings)[-1] == written.encode()


def test_a_row_of_a_database_is_shown_whole_and_as_it_is_stored(settings: Settings) -> None:
    con = sqlite3.connect(":memory:")
    con.execute(
        "create table performance_metrics (id integer, timestamp text, note text, raw blob)"
    )
    row = {"id": 7, "timestamp": "never", "note": "x" * 2**21}
    con.execute("insert into performance_metrics values (1, '2025-11-01', 'a', null)")
    con.execute("insert into performance_metrics values (?, ?, ?, ?)", [*row.values(), bytes(99)])
    (settings.landing_dir / "telemetry").mkdir()
    (settings.landing_dir / "telemetry" / "a.db").write_bytes(con.serialize())
    load_due(settings, read)
    assert json.loads(shown(settings)[-1]) == row | {"raw": {"blob": "00" * 99, "bytes": 99}}


def test_a_refused_file_is_shown_as_it_arrived(settings: Settings) -> None:
    small = settings.model_copy(update={"quarantine_raw_bytes": 4})
    content = b"\x1f\x8b\x08\x00" + b"not gzip at all"
    drop(small, "a.json.gz", content)
    load_due(small, read)
    assert rows(small, "select outcome, n_quarantined from landing.manifest") == [("rejected", 1)]
    assert shown(small) == [content]


def test_a_refused_record_keeps_its_own_time(settings: Settings) -> None:
    # The second contradicts the first, which stands; the third says no time.
    drop(settings, "a", "x 1 red\nx 1 blue\nnot a good record\n")
    load_due(settings)
    own = rows(settings, "select observed_at from landing.quarantine order by line_number")
    assert own == [(DAY + timedelta(minutes=1),), (None,)]
