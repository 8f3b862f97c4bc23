import shutil
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import dagster as dg
import pytest
import yaml
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster_postgres import PostgresEventLogStorage

from tracking_pipeline.defs.storage import postgres_url
from tracking_pipeline.settings import Settings
from tracking_pipeline.state import postgres
from tracking_pipeline_tests.defs.instance import instance_in

ROOT = Path(__file__).parents[2]


@dg.op
def nothing() -> None:
    pass


@dg.job
def a_job() -> None:
    nothing()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings(home=tmp_path, pg="embedded")
    yield settings
    shutil.rmtree(postgres.folder(settings))


def runs_of_an_instance(monkeypatch: pytest.MonkeyPatch, home: Path) -> tuple[type, list[str]]:
    """Return the event storage that the root `dagster.yaml` gives, and the runs in it."""
    shutil.copy(ROOT / "dagster.yaml", home / "dagster.yaml")
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    with dg.DagsterInstance.get() as instance:
        a_job.execute_in_process(instance=instance)
        runs = [run.job_name for run in instance.get_runs()]
        return type(instance.event_log_storage), runs


def test_without_a_setting_runs_are_kept_in_sqlite(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TRACKING_PG", raising=False)
    monkeypatch.delenv("TRACKING_PG_URL", raising=False)
    kind, runs = runs_of_an_instance(monkeypatch, tmp_path)
    assert issubclass(kind, SqliteEventLogStorage)
    assert runs == ["a_job"]


def test_the_embedded_postgresql_keeps_runs_over_a_restart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, embedded: Settings
) -> None:
    for count in (1, 2):
        with postgres.server(embedded) as url:
            monkeypatch.setenv("TRACKING_PG_URL", url)
            kind, runs = runs_of_an_instance(monkeypatch, tmp_path)
        assert kind is PostgresEventLogStorage
        assert runs == ["a_job"] * count


def test_an_open_instance_goes_on_when_postgresql_was_started_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, embedded: Settings
) -> None:
    shutil.copy(ROOT / "dagster.yaml", tmp_path / "dagster.yaml")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("TRACKING_PG_URL", postgres.url(embedded))
    with postgres.server(embedded):
        instance = dg.DagsterInstance.get()
        a_job.execute_in_process(instance=instance)
    with postgres.server(embedded), instance:
        a_job.execute_in_process(instance=instance)
        assert instance.get_runs_count() == 2


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_the_driver_is_named_in_the_address(scheme: str) -> None:
    settings = Settings(pg_url=f"{scheme}://user:secret@host:5432/runs")
    assert postgres_url(settings) == "postgresql+psycopg2://user:secret@host:5432/runs"


def test_an_address_goes_before_the_embedded_server() -> None:
    settings = Settings(pg="embedded", pg_url="postgresql://host/runs")
    assert postgres_url(settings) == "postgresql+psycopg2://host/runs"


def test_every_pool_has_one_slot_and_orphans_free_theirs() -> None:
    instance = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    assert instance["concurrency"]["pools"]["default_limit"] == 1
    assert instance["concurrency"]["pools"]["granularity"] == "op"
    assert instance["run_monitoring"]["free_slots_after_run_end_seconds"] > 0
    assert instance["run_monitoring"]["max_runtime_seconds"] > 0


def test_a_log_that_grows_is_seen_at_once(tmp_path: Path) -> None:
    seen: Queue[str] = Queue()
    with instance_in(tmp_path) as instance:
        run = instance.create_run_for_job(a_job)
        instance.watch_event_logs(run.run_id, None, lambda event, _: seen.put(event.message))
        instance.report_engine_event("it grows", run)
        assert seen.get(timeout=10) == "it grows"
