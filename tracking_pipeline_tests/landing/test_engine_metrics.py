"""Observations of engines through the whole room: every record one fate, each stored once."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard

from tracking_pipeline.landing.rebuild import rebuild
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline_tests.landing.scenario import NOW, drop, home, load_due, quiet, rows

FATES = "n_records, n_accepted, n_duplicate, n_quarantined, n_blank, n_pending"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def observation(engine: str = "A", value: float = 1, at: str = "2026-11-20T10:00:00Z") -> str:
    return json.dumps(
        {"client_id": "acme", "engine_id": engine, "observed_at": at, "metrics": {"x": value}}
    )


def deliver(settings: Settings, name: str, content: str | bytes) -> None:
    path = settings.landing_dir / "engine_metrics" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    drop(settings, f"../engine_metrics/{name}", content)


def test_every_record_has_one_fate(settings: Settings) -> None:
    lines = [
        observation(),
        observation("B"),
        observation(at="2026-11-20T11:00:00+01:00"),
        observation(value=2),
        "",
        observation("Z"),
        observation().replace("1}", "NaN}"),
        observation("C")[:-1],
        observation(at="2026-11-22T10:00:00Z"),
    ]
    deliver(settings, "a.jsonl", "\n".join(lines) + "\n" + observation("D"))
    load_due(settings, read)
    assert rows(settings, f"select {FATES} from landing.manifest") == [(10, 2, 1, 5, 1, 1)]
    codes = "select line_number, reason_code from landing.quarantine order by line_number"
    assert rows(settings, codes) == [
        (4, "conflicting_duplicate"),
        (6, "wrong_value"),
        (7, "not_a_number"),
        (8, "bad_json"),
        (9, "future_timestamp"),
    ]


def test_an_observation_in_every_packing_is_stored_once(settings: Settings) -> None:
    deliver(settings, "a.jsonl", observation() + "\n")
    deliver(settings, "b/page.json", json.dumps({"data": [json.loads(observation())], "next": ""}))
    deliver(settings, "c.json", f"[{observation()}]")
    deliver(settings, "d.jsonl.gz", gzip.compress(observation().encode()))
    deliver(settings, "e.jsonl.zst", zstandard.compress((observation() + "\n\n").encode()))
    load_due(settings, read)
    assert rows(settings, "select count(*) from landing.engine_observation") == [(1,)]
    totals = "select sum(n_records), sum(n_accepted), sum(n_duplicate), sum(n_blank)"
    assert rows(settings, f"{totals} from landing.manifest") == [(6, 1, 4, 1)]


def test_a_file_that_grows_adds_its_new_lines(settings: Settings) -> None:
    for number in range(3):
        lines = [observation(engine) + "\n" for engine in "ABC"[: number + 1]]
        deliver(settings, "a.jsonl", "".join(lines))
        load_due(settings, read, NOW + timedelta(hours=number))
    assert rows(settings, "select engine_id from landing.engine_observation order by 1") == [
        ("A",), ("B",), ("C",)
    ]  # fmt: skip
    assert rows(settings, "select sum(n_records) from landing.manifest") == [(3,)]


def test_a_rebuild_gives_the_same_rows(settings: Settings) -> None:
    deliver(settings, "a.jsonl", observation() + "\n" + observation("Z") + "\n")
    load_due(settings, read)
    deliver(settings, "b.jsonl", observation(value=2) + "\n" + observation("B") + "\n")
    load_due(settings, read, NOW + timedelta(hours=1))
    tables = ("engine_observation", "quarantine", "manifest")
    before = [rows(settings, f"from landing.{table} order by all") for table in tables]
    rebuild(settings, now=NOW + timedelta(days=1), progress=quiet)
    assert [rows(settings, f"from landing.{table} order by all") for table in tables] == before
    assert len(before[0]) == 2
