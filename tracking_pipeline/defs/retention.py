"""How long Dagster remembers: its records of runs, and of the checks that they evaluated."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

from tracking_pipeline.defs.jobs import COLLECTION, DELIVERY, ingest_and_build
from tracking_pipeline.defs.metadata import VALIDATION

KEPT: Final = {
    COLLECTION: timedelta(days=1),
    VALIDATION: timedelta(days=14),
    DELIVERY: timedelta(days=14),
    ingest_and_build.name: timedelta(days=7),
}
"""How long a run of a job is kept that runs often; one that failed at least as long as others."""

KEPT_OTHERS: Final = timedelta(days=365)
KEPT_FAILED: Final = timedelta(days=30)
_WELL = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED]
_FAILED = dg.DagsterRunStatus.FAILURE
_AT_ONCE = 500
_HOURLY = 60 * 60


@dg.sensor(
    minimum_interval_seconds=_HOURLY,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Deletes the records of old runs; Dagster keeps them for ever. Collections are "
    "kept for a day, loads for a week, validations and deliveries for two, failed runs for 30 "
    "days, all others for a year. Of each check the newest evaluation stays, and of each asset the "
    "newest materialization. Reports and data are not touched.",
)
def old_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Delete what is due and say how many it was."""
    n_deleted = delete_old_runs(context.instance, datetime.now(UTC))
    return dg.SkipReason(f"{n_deleted} runs were older than their job's are kept.")


def delete_old_runs(instance: dg.DagsterInstance, now: datetime) -> int:
    """Delete the finished runs that are due at ``now``, oldest first; return how many."""
    deleted = _ended(instance, now - KEPT_OTHERS, [*_WELL, _FAILED])
    for job, kept in KEPT.items():
        deleted += _ended(instance, now - kept, _WELL, job)
        deleted += _ended(instance, now - max(kept, KEPT_FAILED), [_FAILED], job)
    run_ids = set(deleted)
    for run_id in run_ids:
        instance.delete_run(run_id)
    _forget_checks(instance, run_ids)
    return len(run_ids)


def _ended(
    instance: dg.DagsterInstance,
    before: datetime,
    statuses: Sequence[dg.DagsterRunStatus],
    job: str | None = None,
) -> list[str]:
    """Return the ids of the oldest runs that ended so and were created before that moment."""
    filters = dg.RunsFilter(created_before=before, statuses=statuses, job_name=job)
    records = instance.get_run_records(filters, limit=_AT_ONCE, ascending=True)
    return [record.dagster_run.run_id for record in records]


def _forget_checks(instance: dg.DagsterInstance, run_ids: Collection[str]) -> None:
    """Delete what the runs evaluated, which Dagster leaves, but for each check's newest."""
    log = instance.event_log_storage
    if not isinstance(log, SqlEventLogStorage) or not run_ids:
        return
    table = AssetCheckExecutionsTable.c
    newest = sa.select(sa.func.max(table.id)).group_by(table.asset_key, table.check_name)
    with log.index_connection() as connection:
        connection.execute(
            AssetCheckExecutionsTable.delete().where(
                table.run_id.in_(run_ids), table.id.not_in(newest.scalar_subquery())
            )
        )
