import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from tracking_pipeline.defs.jobs import ingest_and_build, is_writing
from tracking_pipeline.defs.retries import ended_at
from tracking_pipeline.defs.steps import load
from tracking_pipeline.landing.ledger import Delivery
from tracking_pipeline.pipeline import loading
from tracking_pipeline.settings import Settings

BATCH = "tracking/batch"
_ENDED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]
_BACKOFF = (
    timedelta(0),
    timedelta(0),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
)


@dg.sensor(
    job=ingest_and_build,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks for new, whole files in the landing folder, and starts one run for all of "
    "them. What is loaded is the ledger's word; files of a failed run are offered again.",
)
def new_files(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.RunRequest | dg.SkipReason:
    """Request one run for the batch of files that the ledger holds due."""
    if is_writing(context.instance):
        return dg.SkipReason("A run is loading or building; the next batch waits for it.")
    deliveries = loading.scan(settings)
    if not deliveries:
        return dg.SkipReason(f"No new file is whole in {settings.landing_dir}.")
    batch = _fingerprint(deliveries)
    ended = _runs_ended(context.instance, batch)
    wait = _BACKOFF[min(len(ended), len(_BACKOFF) - 1)]
    if ended and datetime.now(UTC) - max(ended) < wait:
        return dg.SkipReason(f"{len(ended)} runs have not loaded these files; again in {wait}.")
    ids = [delivery.delivery_id for delivery in deliveries]
    return dg.RunRequest(
        run_key=f"{batch}:{len(ended)}",
        run_config={"ops": {load.name: {"config": {"delivery_ids": ids}}}},
        tags={BATCH: batch, "tracking/files": str(len(deliveries))},
    )


def _fingerprint(deliveries: Sequence[Delivery]) -> str:
    """Return what names this batch: a file that has changed since makes it another one."""
    states = [(each.delivery_id, each.size, each.mtime_ns, each.stamp) for each in deliveries]
    return hashlib.md5(repr(states).encode(), usedforsecurity=False).hexdigest()


def _runs_ended(instance: dg.DagsterInstance, batch: str) -> list[datetime]:
    """Return when the runs on this batch ended: whatever became of them, they did not load it."""
    filters = dg.RunsFilter(tags={BATCH: batch}, statuses=_ENDED)
    return [ended_at(record) for record in instance.get_run_records(filters=filters)]
