import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from tracking_pipeline.definitions import definitions
from tracking_pipeline.defs.analysis import SNAPSHOT
from tracking_pipeline.defs.collection import FAILED, every_15_minutes, nightly_validation
from tracking_pipeline.defs.ingestion import PULLED_PAGES
from tracking_pipeline.defs.retries import retries
from tracking_pipeline.defs.sensors import new_files
from tracking_pipeline.pipeline import building
from tracking_pipeline.settings import Endpoint, Settings
from tracking_pipeline.state.alerts import open_alerts, raise_alert
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.defs.instance import instance_in
from tracking_pipeline_tests.sources.fake_api import HOST, Answer, page, serving

TICK = datetime(2026, 11, 2, 12, 15, tzinfo=UTC)
STATUS = dg.DefaultScheduleStatus
RECORD = {
    "client_id": "acme",
    "engine_id": "A",
    "observed_at": "2026-11-01T12:15:00Z",
    "metrics": {"prospects_per_day": 120, "icp_match_accuracy": 0.9},
    "units_of_work": 120,
}


def settings_of(home: Path, **urls: str) -> Settings:
    endpoints = {name: Endpoint(url=url) for name, url in urls.items()}
    return Settings(home=home, engine_endpoints=endpoints, allowed_hosts=HOST)


def tick(settings: Settings, instance: dg.DagsterInstance) -> dg.ScheduleEvaluationContext:
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=TICK)
    return every_15_minutes(settings).evaluate_tick(context)


def test_a_tick_starts_a_collection(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, acme="https://api.example/")
    assert every_15_minutes(settings).cron_schedule == "*/15 * * * *"
    with dg.instance_for_test() as instance:
        (request,) = tick(settings, instance).run_requests
    assert request.run_key == TICK.isoformat()


def test_without_endpoints_a_tick_is_skipped_with_the_reason(tmp_path: Path) -> None:
    with dg.instance_for_test() as instance:
        evaluated = tick(settings_of(tmp_path), instance)
    assert evaluated.run_requests == []
    assert "TRACKING_ENGINE_ENDPOINTS" in str(evaluated.skip_message)


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTED])
@pytest.mark.parametrize("name", ["collection", "ingest_and_build", "weekly", "rebuild_everything"])
def test_while_a_run_that_publishes_is_under_way_neither_a_collection_nor_a_load_starts(
    tmp_path: Path, name: str, status: dg.DagsterRunStatus
) -> None:
    @dg.job(name=name)
    def job() -> None:
        pass

    settings = settings_of(tmp_path, acme="https://api.example/")
    with dg.instance_for_test() as instance:
        instance.create_run_for_job(job, status=status)
        assert "still runs" in str(tick(settings, instance).skip_message)
        context = dg.build_sensor_context(instance=instance, resources={"settings": settings})
        assert "loading or building" in str(new_files.evaluate_tick(context).skip_message)


def test_without_endpoints_the_alert_of_a_failed_collection_resolves(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with open_store(settings) as store, dg.DagsterInstance.ephemeral() as instance:
        raise_alert(store, FAILED, "it failed", TICK)
        resources = {"settings": settings}
        retries.evaluate_tick(dg.build_sensor_context(instance=instance, resources=resources))
        assert open_alerts(store) == []


@pytest.mark.parametrize(
    ("urls", "status"), [({}, STATUS.STOPPED), ({"acme": "https://a.example/"}, STATUS.RUNNING)]
)
def test_the_schedules_run_by_default_once_an_endpoint_is_named(
    tmp_path: Path, urls: dict[str, str], status: dg.DefaultScheduleStatus
) -> None:
    settings = settings_of(tmp_path, **urls)
    assert every_15_minutes(settings).default_status is status
    assert nightly_validation(settings).default_status is STATUS.RUNNING


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def ran(home: Path) -> Iterator[tuple[dg.ExecuteInProcessResult, dg.DagsterInstance]]:
    """Collect once in a fresh home, from an endpoint that answers and one that does not."""
    job = definitions().resolve_job_def("collection")
    with serving({"/good": [page([RECORD])], "/bad": [Answer(b"<html>")]}) as api:
        settings = settings_of(home, good=api.url("/good"), bad=api.url("/bad"))
        with instance_in(home / "dagster") as instance:
            resources = {"settings": settings}
            yield job.execute_in_process(instance=instance, resources=resources), instance


def metadata(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance], key: dg.AssetKey
) -> dict[str, object]:
    event = ran[1].get_latest_materialization_event(key)
    assert event is not None
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def test_a_collection_succeeds_in_five_steps(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance],
) -> None:
    assert ran[0].success
    done = [event.step_key for event in ran[0].all_events if event.is_step_success]
    assert done == ["pull", "load", "build", "analyse", "publish"]


def test_every_asset_that_engine_metrics_change_shows_its_rows(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance],
) -> None:
    assert metadata(ran, dg.AssetKey(["landing", "engine_observation"])) == {"dagster/row_count": 1}
    assert metadata(ran, dg.AssetKey(["marts", "scores"]))["dagster/row_count"] == 1
    assert metadata(ran, SNAPSHOT)["version"] == "00000001"
    pulled = metadata(ran, PULLED_PAGES)
    assert (pulled["endpoints"], pulled["endpoints that failed"]) == (2, 1)
    assert pulled["observations"] == 1


def test_every_check_of_what_was_built_was_evaluated(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance],
) -> None:
    project = building.sql_project()
    evaluated = {each.asset_check_key for each in ran[0].get_asset_check_evaluations()}
    scores = project.nodes["scores"]
    expected = {
        dg.AssetCheckKey(dg.AssetKey([scores.schema, scores.name]), test.name)
        for test in project.tests_of["scores"]
    }
    assert expected
    assert expected <= evaluated
    assert all(each.passed for each in ran[0].get_asset_check_evaluations() if each.blocking)


def test_a_later_collection_tells_of_a_check_only_when_its_outcome_is_new(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance], home: Path
) -> None:
    assert ran[0].success
    later = {**RECORD, "observed_at": "2026-11-01T12:30:00Z"}
    latest = {**RECORD, "observed_at": "2026-11-01T12:45:00Z"}
    job = definitions().resolve_job_def("collection")

    def told(*records: dict[str, object]) -> dict[str, bool]:
        with serving({"/good": [page(list(records))]}) as api:
            settings = settings_of(home, good=api.url("/good"))
            resources = {"settings": settings}
            found = job.execute_in_process(instance=ran[1], resources=resources)
        assert found.success
        return {each.check_name: each.passed for each in found.get_asset_check_evaluations()}

    assert told(RECORD, later) == {"every_file_loads": True}
    with writer(settings_of(home)) as con:
        con.execute("update landing.engine_observation set units_of_work = -1")
        con.execute("delete from meta.held")  # else only new rows are asked
    assert told(RECORD, later, latest)["units_of_work_is_not_negative"] is False


def test_a_collection_that_fails_alarms_until_one_succeeds(
    ran: tuple[dg.ExecuteInProcessResult, dg.DagsterInstance], home: Path, tmp_path: Path
) -> None:
    assert ran[0].success
    settings = settings_of(shutil.copytree(home, tmp_path / "home"))
    whole = settings.warehouse_file.rename(tmp_path / "whole")
    settings.warehouse_file.write_bytes(b"no database")
    job = definitions().resolve_job_def("collection")

    def run() -> bool:
        with dg.DagsterInstance.ephemeral() as instance:
            return job.execute_in_process(
                instance=instance, resources={"settings": settings}, raise_on_error=False
            ).success

    def open_ids() -> list[str]:
        with open_store(settings) as store:
            return [alert.alert_id for alert in open_alerts(store)]

    assert not run()
    assert open_ids() == [FAILED]
    whole.replace(settings.warehouse_file)
    assert run()
    assert open_ids() == []
