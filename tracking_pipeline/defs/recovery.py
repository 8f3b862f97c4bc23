"""Run before Dagster starts: ends what a crash left open in its storage."""

import dagster as dg

UNFINISHED = (
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)


def recover(instance: dg.DagsterInstance) -> list[str]:
    """Fail the runs whose worker is gone, free their pool slots, and return their ids.

    Call it only while no worker can be alive. Queued runs are left: they start by themselves.
    """
    orphans = instance.get_runs(filters=dg.RunsFilter(statuses=list(UNFINISHED)))
    for run in orphans:
        instance.report_run_failed(run, "The computer or its programs stopped during this run.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return [run.run_id for run in orphans]


if __name__ == "__main__":
    with dg.DagsterInstance.get() as instance:
        recover(instance)
