"""Every observation is stored once, whatever the APIs do; a bad one harms no other."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracking_pipeline.landing.pull import SOURCE, pull
from tracking_pipeline.pipeline import loading
from tracking_pipeline.settings import Endpoint, Settings
from tracking_pipeline.sources.http import Clock
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.sources.fake_api import HOST, Answer, FakeApi, page, serving, trickling

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
UNHURRIED = Clock(pause=lambda _: None)
GOOD = [("good", "A", 0), ("good", "B", 0)]


def observation(client: str, engine: str, minute: int, **other: object) -> dict[str, object]:
    moment = datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(minutes=minute)
    return {
        "client_id": client,
        "engine_id": engine,
        "observed_at": moment.isoformat(),
        "metrics": {"prospects_per_day": 100 + minute},
        "units_of_work": 10,
    } | other


def bad(engine: str, minute: int = 0, **other: object) -> dict[str, object]:
    return observation("bad", engine, minute, **other)


def settings_of(home: Path, api: FakeApi, **others: str) -> Settings:
    urls = {"bad": api.url("/bad"), "good": api.url("/good"), **others}
    endpoints = {name: Endpoint(url=url) for name, url in urls.items()}
    return Settings(home=home, engine_endpoints=endpoints, allowed_hosts=HOST)


def collect(settings: Settings, now: datetime = NOW) -> None:
    pull(settings, now=now, clock=UNHURRIED)
    loading.ingest_source(settings, SOURCE, progress=lambda _: None)


def stored(settings: Settings) -> list[tuple[str, str, int]]:
    with writer(settings) as con:
        rows = con.execute(
            "select client_id, engine_id, minute(observed_at) from landing.engine_observation "
            "order by all"
        ).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def alarmed(settings: Settings) -> list[str]:
    with open_store(settings) as store:
        return [alert.alert_id for alert in open_alerts(store)]


WHOLE = page([bad("A"), bad("B")])
HALF = Answer(json.dumps([bad("A")]).encode(), cut=1)
BUSY = Answer(status=429, headers={"Retry-After": "7"})


@pytest.mark.parametrize(
    "fault",
    [
        [BUSY, BUSY],
        [BUSY] * 4,
        [Answer(status=500), Answer(status=503)],
        [Answer(status=502)] * 8,
        [HALF],
        [Answer(b"<!DOCTYPE html>", headers={"Content-Type": "text/html"})],
        [Answer(json.dumps({"items": [bad("A")]}).encode())],
        [Answer(status=302, headers={"Location": "http://127.0.0.1:1/"})],
        [page([bad("A")], "http://127.0.0.2/next")],
        [page([bad("A")], "/bad")],
        [page([bad("A")]), page([bad("A")])],
    ],
    ids=["429", "429 for long", "5xx", "5xx for long", "half a body", "HTML with 200",
         "no list", "redirect", "next elsewhere", "a circle", "page twice"],
)  # fmt: skip
def test_every_observation_is_stored_once_after_a_fault(
    tmp_path: Path, fault: Sequence[Answer]
) -> None:
    good = page([observation(*each) for each in GOOD])
    with serving({"/bad": [*fault, WHOLE], "/good": [good]}) as api:
        settings = settings_of(tmp_path, api)
        collect(settings)
        assert [each for each in stored(settings) if each[0] == "good"] == GOOD
        for _ in range(3):
            collect(settings, NOW + timedelta(minutes=15))
        assert stored(settings) == [("bad", "A", 0), ("bad", "B", 0), *GOOD]
        assert alarmed(settings) == []


def test_a_reset_line_alarms_and_the_next_collection_has_it_all(tmp_path: Path) -> None:
    good = page([observation(*each) for each in GOOD])
    with serving({"/bad": [WHOLE], "/good": [good]}) as api:
        with trickling(b'HTTP/1.1 200 OK\r\n\r\n[{"client_id"', None) as port:
            settings = settings_of(tmp_path, api, bad=f"http://{HOST}:{port}/bad")
            collect(settings)
            assert alarmed(settings) == ["engine_endpoint:bad"]
            assert stored(settings) == GOOD
        settings = settings_of(tmp_path, api)
        collect(settings)
        assert alarmed(settings) == []
        assert stored(settings) == [("bad", "A", 0), ("bad", "B", 0), *GOOD]


def test_pages_that_overlap_store_each_observation_once(tmp_path: Path) -> None:
    routes = {
        "/bad": [page([bad("A", 0), bad("A", 15)], "/bad?p=2")],
        "/bad?p=2": [page([bad("A", 15), bad("A", 30)])],
        "/good": [page([])],
    }
    with serving(routes) as api:
        settings = settings_of(tmp_path, api)
        collect(settings)
        assert stored(settings) == [("bad", "A", 0), ("bad", "A", 15), ("bad", "A", 30)]


def test_a_changed_schema_quarantines_the_record_and_not_its_page(tmp_path: Path) -> None:
    changed = [
        bad("A", 0, units_of_work="ten"),
        {key: value for key, value in bad("B").items() if key != "metrics"},
        bad("Z"),
        bad("C", 0, metrics={"never_heard_of": 1}, colour="red"),
        "no record",
    ]
    with serving({"/bad": [page(changed)], "/good": [page([])]}) as api:
        settings = settings_of(tmp_path, api)
        collect(settings)
    assert stored(settings) == [("bad", "C", 0)]
    refused = loading.quarantined(settings)
    assert refused["line_number"].sort().to_list() == [1, 2, 3, 5]
    assert alarmed(settings) == []


def test_the_same_record_over_http_and_in_a_dropped_file_is_stored_once(tmp_path: Path) -> None:
    with serving({"/bad": [WHOLE], "/good": [page([])]}) as api:
        settings = settings_of(tmp_path, api).model_copy(update={"stable_seconds": 0})
        dropped = settings.landing_dir / SOURCE / "dropped.jsonl"
        dropped.parent.mkdir(parents=True)
        dropped.write_text(json.dumps(bad("A")) + "\n")
        collect(settings)
        assert stored(settings) == [("bad", "A", 0), ("bad", "B", 0)]


def test_a_rebuild_from_the_archive_holds_what_was_pulled(tmp_path: Path) -> None:
    with serving({"/bad": [WHOLE], "/good": [page([])]}) as api:
        settings = settings_of(tmp_path, api)
        for _ in range(2):
            collect(settings)
    assert not list((settings.landing_dir / SOURCE).rglob("*.jsonl"))
    settings.warehouse_file.unlink()
    loading.reconcile(settings, progress=lambda _: None)
    assert stored(settings) == [("bad", "A", 0), ("bad", "B", 0)]
