from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from tracking_pipeline.defs.retries import ATTEMPT, FIRST_RUN, next_try, retries
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import open_alerts
from tracking_pipeline.state.store import open_store

MINUTE = timedelta(minutes=1)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def run_of(
    name: str,
    instance: dg.DagsterInstance,
    *,
    fails: bool = True,
    tags: dict[str, str] | None = None,
) -> dg.ExecuteInProcessResult:
    @dg.asset
    def first() -> None:
        pass

    @dg.asset(deps=[first], check_specs=[dg.AssetCheckSpec("holds", asset="second")])
    def second() -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        if fails:
            message = "no space left"
            raise OSError(message)
        yield dg.AssetCheckResult(passed=True)
        yield dg.MaterializeResult()

    @dg.asset(deps=[second])
    def third() -> None:
        pass

    job = dg.define_asset_job(name)
    defs = dg.Definitions(assets=[first, second, third], jobs=[job])
    return defs.resolve_job_def(name).execute_in_process(
        instance=instance, raise_on_error=False, tags=tags
    )


def open_alert_ids(settings: Settings) -> list[str]:
    with open_store(settings) as store:
        return [alert.alert_id for alert in open_alerts(store)]


@pytest.mark.parametrize(("attempt", "hours"), [(0, 1), (1, 4), (2, 24)])
def test_each_retry_waits_longer(
    instance: dg.DagsterInstance, settings: Settings, attempt: int, hours: int
) -> None:
    tags = {ATTEMPT: str(attempt), FIRST_RUN: "the-first"} if attempt else None
    run = run_of("weekly", instance, tags=tags).dagster_run
    wait = timedelta(hours=hours)
    early = next_try(instance, settings, "weekly", datetime.now(UTC) + wait - MINUTE)
    due = next_try(instance, settings, "weekly", datetime.now(UTC) + wait + MINUTE)
    first = "the-first" if attempt else run.run_id
    assert isinstance(early, dg.SkipReason)
    assert isinstance(due, dg.RunRequest)
    assert due.job_name == "weekly"
    assert due.run_key == f"{first}:{attempt + 1}"
    assert due.tags == {ATTEMPT: str(attempt + 1), FIRST_RUN: first}
    assert open_alert_ids(settings) == []


def test_after_the_third_retry_the_administrator_is_alerted_once(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run_of("weekly", instance, tags={ATTEMPT: "3", FIRST_RUN: "the-first"})
    for _ in range(2):
        given_up = next_try(instance, settings, "weekly", datetime.now(UTC) + timedelta(days=9))
        assert isinstance(given_up, dg.SkipReason)
    assert open_alert_ids(settings) == ["run_failed:weekly"]


def test_the_alert_resolves_by_itself_when_a_newer_run_succeeds(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run_of("weekly", instance, tags={ATTEMPT: "3", FIRST_RUN: "the-first"})
    next_try(instance, settings, "weekly", datetime.now(UTC))
    run_of("weekly", instance, fails=False)
    next_try(instance, settings, "weekly", datetime.now(UTC))
    assert open_alert_ids(settings) == []


def test_a_job_that_its_schedule_starts_before_the_last_try_is_alerted_of(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    for attempt in (0, 1, 2, 0):
        assert open_alert_ids(settings) == []
        run_of("monthly", instance, tags={ATTEMPT: str(attempt), FIRST_RUN: "the-first"})
        next_try(instance, settings, "monthly", datetime.now(UTC))
    assert open_alert_ids(settings) == ["run_failed:monthly"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert isinstance(next_try(instance, settings, "monthly", tomorrow), dg.RunRequest)


def test_a_failed_validation_is_alerted_of_and_left_to_its_schedule(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run_of("validation", instance)
    answer = next_try(instance, settings, "validation", datetime.now(UTC) + timedelta(days=9))
    assert isinstance(answer, dg.SkipReason)
    assert open_alert_ids(settings) == ["run_failed:validation"]


def test_what_succeeds_hides_no_other_job_that_fails(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run_of("monthly", instance)
    run_of("validation", instance, fails=False)
    in_an_hour = datetime.now(UTC) + timedelta(hours=1, minutes=1)
    context = dg.build_sensor_context(instance=instance, resources={"settings": settings})
    assert isinstance(next_try(instance, settings, "monthly", in_an_hour), dg.RunRequest)
    assert "monthly: Try 1 of 3" in str(retries.evaluate_tick(context).skip_message)


def test_without_a_run_there_is_nothing_to_retry(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    assert isinstance(next_try(instance, settings, "weekly", datetime.now(UTC)), dg.SkipReason)
