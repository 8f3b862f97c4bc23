import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracking_pipeline.landing import ledger
from tracking_pipeline.landing.pull import SOURCE, Pulled, folder, pull
from tracking_pipeline.settings import Endpoint, Settings
from tracking_pipeline.sources.http import Clock
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.store import alerts, open_store
from tracking_pipeline_tests.sources.fake_api import (
    HOST,
    Answer,
    FakeApi,
    page,
    serving,
    trickling,
)
from tracking_pipeline_tests.sources.intake_case import cpu_seconds

NOW = datetime.now(UTC)
MORE = timedelta(minutes=15)
UNHURRIED = Clock(pause=lambda _: None)
BROKEN = Answer(b"<html>")


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with serving({}) as running:
        yield running


def settings_of(home: Path, api: FakeApi, *names: str) -> Settings:
    endpoints = {name: Endpoint(url=api.url(f"/{name}")) for name in names}
    return Settings(home=home, engine_endpoints=endpoints, allowed_hosts=HOST, stable_seconds=60)


def pulled(settings: Settings, now: datetime = NOW) -> dict[str, Pulled]:
    return {each.endpoint: each for each in pull(settings, now=now, clock=UNHURRIED)}


def landed(settings: Settings) -> list[str]:
    return sorted(file.read_text() for file in folder(settings).rglob("*") if file.is_file())


def due(settings: Settings, now: datetime) -> list[ledger.Delivery]:
    with open_store(settings) as store:
        return ledger.scan(settings, store, now)


def mark_loaded(settings: Settings, now: datetime) -> None:
    with open_store(settings) as store:
        ledger.mark_loaded(store, dict.fromkeys(ledger.scan(settings, store, now), "hash"))


def open_messages(settings: Settings) -> list[str]:
    with open_store(settings) as store:
        return [alert.message for alert in open_alerts(store)]


def test_a_page_becomes_a_file_of_a_record_a_line(tmp_path: Path, api: FakeApi) -> None:
    api.routes["/acme"] = [page([{"a": 1}, {"a": 2}])]
    settings = settings_of(tmp_path, api, "acme")
    found = pulled(settings)["acme"]
    assert (found.n_pages, found.n_new_pages, found.n_records, found.error) == (1, 1, 2, None)
    assert landed(settings) == ['{"a": 1}\n{"a": 2}\n']


def test_pulled_pages_are_whole_and_do_not_wait(tmp_path: Path, api: FakeApi) -> None:
    api.routes["/acme"] = [page([1])]
    settings = settings_of(tmp_path, api, "acme")
    pull(settings, now=NOW)
    dropped = settings.landing_dir / SOURCE / "dropped.jsonl"
    dropped.write_text("{}\n")
    assert [each.relative_path.split("/")[:2] for each in due(settings, NOW)] == [
        ["pulled", "acme"]
    ]


def test_an_unchanged_page_is_landed_once(tmp_path: Path, api: FakeApi) -> None:
    routes = {"/acme": [page([1], "/acme?cursor=1"), page([1], "/acme?cursor=2")]}
    api.routes |= routes | {"/acme?cursor=1": [page([2])], "/acme?cursor=2": [page([2], None)]}
    settings = settings_of(tmp_path, api, "acme")
    assert pulled(settings)["acme"].n_new_pages == 2
    assert pulled(settings)["acme"].n_new_pages == 0  # they still lie there
    mark_loaded(settings, NOW)
    assert pulled(settings)["acme"].n_new_pages == 0  # the ledger knows them
    assert landed(settings) == []
    assert due(settings, NOW + MORE) == []


def test_loaded_pages_leave_and_days_later_the_ledger_forgets_them(
    tmp_path: Path, api: FakeApi
) -> None:
    api.routes["/acme"] = [page([1]), page([2])]
    settings = settings_of(tmp_path, api, "acme")
    pulled(settings)
    mark_loaded(settings, NOW)
    pulled(settings, NOW + timedelta(days=3))
    assert landed(settings) == ["2\n"]
    with open_store(settings) as store:
        assert ledger.pulled_and_loaded(store, SOURCE) == []


def test_pages_that_are_not_loaded_and_dropped_files_stay(tmp_path: Path, api: FakeApi) -> None:
    api.routes["/acme"] = [page([1]), page([2])]
    settings = settings_of(tmp_path, api, "acme")
    pulled(settings)
    dropped = settings.landing_dir / SOURCE / "dropped.jsonl"
    dropped.write_text("{}\n")
    (page_file,) = folder(settings).rglob("*.jsonl")
    due(settings, NOW)
    mark_loaded(settings, NOW + timedelta(minutes=2))
    os.utime(page_file, ns=(1, 1))  # no longer what was loaded
    pulled(settings)
    assert dropped.exists()
    assert landed(settings) == ["1\n", "2\n"]


def test_what_a_killed_pull_left_half_written_goes(tmp_path: Path, api: FakeApi) -> None:
    settings = settings_of(tmp_path, api)
    half = folder(settings) / "acme" / "x.jsonl.part"
    half.parent.mkdir(parents=True)
    half.write_text('{"a"')
    pull(settings, now=NOW)
    assert landed(settings) == []


def test_complete_pages_are_landed_when_a_later_one_is_broken(tmp_path: Path, api: FakeApi) -> None:
    api.routes |= {"/acme": [page([1], "/acme?p=2")], "/acme?p=2": [BROKEN, page([2])]}
    settings = settings_of(tmp_path, api, "acme")
    found = pulled(settings)["acme"]
    assert "list of records" in str(found.error)
    assert landed(settings) == ["1\n"]
    assert pulled(settings)["acme"].error is None
    assert landed(settings) == ["1\n", "2\n"]


def test_one_fault_alarms_once_and_resolves_by_itself(tmp_path: Path, api: FakeApi) -> None:
    api.routes |= {"/acme": [BROKEN, BROKEN, page([1])], "/beta": [page([2])]}
    settings = settings_of(tmp_path, api, "acme", "beta")
    for _ in range(2):
        pulled(settings)
        assert len(open_messages(settings)) == 1
        assert "acme" in open_messages(settings)[0]
    pulled(settings)
    assert open_messages(settings) == []
    with open_store(settings) as store, store.begin() as connection:
        assert len(connection.execute(alerts.select()).all()) == 1


def test_an_endpoint_that_is_no_longer_asked_alarms_no_longer(tmp_path: Path, api: FakeApi) -> None:
    api.routes["/acme"] = [BROKEN]
    pulled(settings_of(tmp_path, api, "acme"))
    settings = settings_of(tmp_path, api)
    pulled(settings)
    assert open_messages(settings) == []


def test_a_bad_endpoint_delays_the_others_by_no_more_than_its_limit(
    tmp_path: Path, api: FakeApi
) -> None:
    api.routes["/good"] = [page([1])]
    settings = settings_of(tmp_path, api, "good")
    # One header line after the other: no read ever takes long.
    with trickling(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n") as port:
        bad = Endpoint(url=f"http://{HOST}:{port}/")
        both = {"bad": bad, **settings.engine_endpoints}
        settings = settings.model_copy(update={"engine_endpoints": both, "endpoint_seconds": 2})
        found = pulled(settings)
    assert landed(settings) == ["1\n"]
    assert found["good"].seconds < found["bad"].seconds
    # It would have gone on for half a minute; then it would have been another error.
    assert "time limit" in str(found["bad"].error)


def test_an_endpoint_of_very_many_tiny_records_leaves_the_others_alone(
    tmp_path: Path, api: FakeApi
) -> None:
    api.routes["/good"] = [page([1], "/good?p=2")]
    api.routes["/good?p=2"] = [page([2])]
    api.routes["/bad"] = [Answer(b'{"data": [' + b"{}," * 2_700_000 + b"{}]}")]
    begun = cpu_seconds()
    found = pulled(settings_of(tmp_path, api, "bad", "good"))
    assert cpu_seconds() - begun < 5
    assert (found["good"].n_records, found["good"].error) == (2, None)
    assert "more than 100000 records" in str(found["bad"].error)


def test_no_token_is_kept_anywhere(
    tmp_path: Path, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "ACME_TOKEN", "t0p-secret")
    api.routes["/acme"] = [page([1], "/acme?p=2")]
    api.routes["/acme?p=2"] = [Answer(json.dumps({"t0p-secret": 1}).encode())]
    endpoint = Endpoint(url=api.url("/acme"), token_variable="ACME_TOKEN")  # noqa: S106 - its name
    settings = settings_of(tmp_path, api).model_copy(
        update={"engine_endpoints": {"acme": endpoint}}
    )
    assert pulled(settings)["acme"].error
    assert api.tokens == ["Bearer t0p-secret"] * 2
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"t0p-secret" not in kept
