import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from tracking_pipeline.defs.jobs import ingest_and_build
from tracking_pipeline.defs.sensors import new_files
from tracking_pipeline.pipeline.inputs import SHIPPED_LOGS
from tracking_pipeline.settings import Settings

LOGS = sorted((SHIPPED_LOGS / "production_logs/enrichment_decisions").glob("*.json"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, stable_seconds=0)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as temporary:
        yield temporary


def drop(settings: Settings, *files: Path) -> None:
    room = settings.landing_dir / "engine_logs" / "dropped"
    room.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, room)


def tick(instance: dg.DagsterInstance, settings: Settings) -> dg.RunRequest | dg.SkipReason:
    with dg.build_sensor_context(instance=instance) as context:
        answer = new_files(context, settings=settings)
    assert isinstance(answer, dg.RunRequest | dg.SkipReason)
    return answer


def requested(instance: dg.DagsterInstance, settings: Settings) -> dg.RunRequest:
    answer = tick(instance, settings)
    assert isinstance(answer, dg.RunRequest)
    return answer


def run(instance: dg.DagsterInstance, request: dg.RunRequest, *, fails: bool) -> None:
    @dg.op
    def load() -> None:
        if fails:
            message = "no space left"
            raise OSError(message)

    @dg.job(name=ingest_and_build.name)
    def job() -> None:
        load()

    job.execute_in_process(instance=instance, tags=request.tags, raise_on_error=False)


def test_files_that_arrive_together_make_one_run(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    drop(settings, *LOGS)
    request = requested(instance, settings)
    config = request.run_config["ops"]["load"]["config"]
    assert len(config["delivery_ids"]) == len(LOGS)
    assert request.tags["tracking/files"] == str(len(LOGS))


def test_an_empty_landing_folder_makes_none(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    assert isinstance(tick(instance, settings), dg.SkipReason)


def test_unchanged_files_ask_for_the_same_run_and_a_new_one_for_another(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    drop(settings, LOGS[0])
    first, again = requested(instance, settings), requested(instance, settings)
    drop(settings, LOGS[1])
    both = requested(instance, settings)
    assert first.run_key == again.run_key
    assert both.run_key != first.run_key


def test_the_files_of_a_failed_run_are_requested_again_under_a_new_key(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    drop(settings, LOGS[0])
    first = requested(instance, settings)
    run(instance, first, fails=True)
    again = requested(instance, settings)
    assert again.run_config == first.run_config
    assert again.run_key != first.run_key


def test_files_that_a_run_left_out_are_requested_again_under_a_new_key(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    drop(settings, LOGS[0])
    first = requested(instance, settings)
    run(instance, first, fails=False)
    again = requested(instance, settings)
    assert again.run_config == first.run_config
    assert again.run_key != first.run_key


def test_files_whose_runs_keep_failing_wait_longer(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    drop(settings, LOGS[0])
    run(instance, requested(instance, settings), fails=True)
    request = requested(instance, settings)
    for n_runs, wait in ((2, "0:01:00"), (3, "0:10:00"), (4, "1:00:00"), (5, "1:00:00")):
        run(instance, request, fails=True)
        answer = tick(instance, settings)
        assert isinstance(answer, dg.SkipReason)
        told = f"{n_runs} runs have not loaded these files; again in {wait}."
        assert answer.skip_message == told


def test_it_waits_for_a_run_that_is_loading(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    @dg.job(name=ingest_and_build.name)
    def loading() -> None:
        pass

    instance.create_run_for_job(loading, status=dg.DagsterRunStatus.STARTED)
    drop(settings, LOGS[0])
    assert isinstance(tick(instance, settings), dg.SkipReason)


def test_it_runs_by_default_and_looks_every_few_seconds() -> None:
    assert new_files.default_status is dg.DefaultSensorStatus.RUNNING
    assert new_files.minimum_interval_seconds == 5
