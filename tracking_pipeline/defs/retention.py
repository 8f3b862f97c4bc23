from datetime import UTC, datetime, timedelta

import dagster as dg

from tracking_pipeline.defs.recovery import UNFINISHED

KEPT = timedelta(days=365)
_AT_ONCE = 500
_DAILY = 24 * 60 * 60


@dg.sensor(
    minimum_interval_seconds=_DAILY,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Deletes the records of runs older than a year, a few hundred a day; Dagster keeps "
    "them for ever. Reports and data are not touched.",
)
def old_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Delete what is due and say how many it was."""
    n_deleted = delete_old_runs(context.instance, datetime.now(UTC) - KEPT)
    return dg.SkipReason(f"{n_deleted} runs were older than {KEPT.days} days.")


def delete_old_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    """Delete finished runs created before that moment, oldest first; return how many."""
    filters = dg.RunsFilter(created_before=before)
    records = instance.get_run_records(filters, limit=_AT_ONCE, ascending=True)
    finished = [record for record in records if record.dagster_run.status not in UNFINISHED]
    for record in finished:
        instance.delete_run(record.dagster_run.run_id)
    return len(finished)
