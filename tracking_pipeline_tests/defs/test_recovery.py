import dagster as dg
import pytest

from tracking_pipeline.defs.recovery import recover


@dg.op
def nothing() -> None:
    pass


@dg.job
def a_job() -> None:
    nothing()


@pytest.mark.parametrize(
    "status",
    [
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.CANCELING,
    ],
)
def test_a_run_that_a_crash_left_open_is_failed(status: dg.DagsterRunStatus) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(a_job, status=status)
        assert recover(instance) == [run.run_id]
        after = instance.get_run_by_id(run.run_id)
        assert after is not None
        assert after.status is dg.DagsterRunStatus.FAILURE


@pytest.mark.parametrize(
    "status",
    [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE],
)
def test_other_runs_are_left_alone(status: dg.DagsterRunStatus) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(a_job, status=status)
        assert recover(instance) == []
        after = instance.get_run_by_id(run.run_id)
        assert after is not None
        assert after.status is status
