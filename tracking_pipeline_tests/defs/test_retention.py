from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from tracking_pipeline.defs.retention import delete_old_runs
from tracking_pipeline_tests.defs.instance import instance_in

CHECK = dg.AssetCheckKey(dg.AssetKey("a"), "holds")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with instance_in(tmp_path) as found:
        yield found


def run(instance: dg.DagsterInstance, job: str, *, fails: bool = False) -> str:
    @dg.op
    def work() -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation | dg.Output[None]]:
        yield dg.AssetMaterialization("a", metadata={"dagster/row_count": 7})
        yield dg.AssetCheckEvaluation(
            asset_key=CHECK.asset_key, check_name=CHECK.name, passed=True, metadata={}
        )
        if fails:
            raise ValueError
        yield dg.Output(None)

    @dg.job(name=job)
    def whole() -> None:
        work()

    return whole.execute_in_process(instance=instance, raise_on_error=False).run_id


def left(instance: dg.DagsterInstance) -> set[str]:
    return {each.run_id for each in instance.get_runs()}


def after(**how: float) -> datetime:
    return datetime.now(UTC) + timedelta(**how)


def test_runs_of_jobs_that_run_often_go_first(instance: dg.DagsterInstance) -> None:
    names = ("collection", "validation", "ingest_and_build", "delivery", "weekly", "monthly")
    ids = {name: run(instance, name) for name in names}
    kept = [
        ({"hours": 23}, set(names)),
        ({"hours": 25}, set(names) - {"collection"}),
        ({"days": 8}, set(names) - {"collection", "ingest_and_build"}),
        ({"days": 15}, {"weekly", "monthly"}),
        ({"days": 364}, {"weekly", "monthly"}),
        ({"days": 366}, set()),
    ]
    for later, names_left in kept:
        delete_old_runs(instance, after(**later))
        assert left(instance) == {ids[name] for name in names_left}


def test_a_run_that_failed_is_kept_for_a_month(instance: dg.DagsterInstance) -> None:
    failed = run(instance, "collection", fails=True)
    delete_old_runs(instance, after(days=29))
    assert left(instance) == {failed}
    delete_old_runs(instance, after(days=31))
    assert left(instance) == set()


def test_of_each_check_and_asset_the_newest_outcome_stays(instance: dg.DagsterInstance) -> None:
    for _ in range(3):
        run(instance, "collection")
    history = instance.event_log_storage.get_asset_check_execution_history
    assert len(history(CHECK, limit=10)) == 3
    assert delete_old_runs(instance, after(days=2)) == 3
    assert len(history(CHECK, limit=10)) == 1
    event = instance.get_latest_materialization_event(dg.AssetKey("a"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["dagster/row_count"].value == 7
