from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import dagster as dg

from tracking_pipeline.defs.collection import FAILED as COLLECTION_FAILED
from tracking_pipeline.defs.jobs import (
    DELIVERY,
    ingest_and_build,
    monthly,
    quarterly,
    weekly,
)
from tracking_pipeline.defs.metadata import VALIDATION
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import raise_alert, resolve_alert
from tracking_pipeline.state.store import open_store

FAILED = "run_failed:"
ATTEMPT = "tracking/attempt"
FIRST_RUN = "tracking/first_run"
DELAYS = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))


# A schedule tries a validation and a delivery again every hour.
_TRIED = (weekly, ingest_and_build, monthly, quarterly)
_DELAYS_OF = {job.name: DELAYS for job in _TRIED} | {VALIDATION: (), DELIVERY: ()}


@dg.sensor(
    jobs=_TRIED,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tries a failed run again after 1, 4 and 24 hours, unless a newer one of its job "
    "succeeded; what is done is not done again. When a job failed four times in a row, or a "
    "validation once, the administrator is alerted until it succeeds.",
)
def retries(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> list[dg.RunRequest] | dg.SkipReason:
    """Request the next try of each job's newest run, when that one failed and it is time."""
    now = datetime.now(UTC)
    if not settings.engine_endpoints:  # no collection will come that could succeed
        with open_store(settings) as store:
            resolve_alert(store, COLLECTION_FAILED, now)
    answers = {job: next_try(context.instance, settings, job, now) for job in _DELAYS_OF}
    due = [answer for answer in answers.values() if isinstance(answer, dg.RunRequest)]
    reasons = {job: answer for job, answer in answers.items() if isinstance(answer, dg.SkipReason)}
    said = " ".join(f"{job}: {answer.skip_message}" for job, answer in reasons.items())
    return due or dg.SkipReason(said)


def next_try(
    instance: dg.DagsterInstance, settings: Settings, job: str, now: datetime
) -> dg.RunRequest | dg.SkipReason:
    """Return the job's run that is due at ``now``, or why there is none; keep its alert true."""
    delays = _DELAYS_OF[job]
    newest = instance.get_run_records(dg.RunsFilter(job_name=job), limit=len(DELAYS) + 1)
    if not newest:
        return dg.SkipReason("Nothing has run yet.")
    run = newest[0].dagster_run
    if run.status is dg.DagsterRunStatus.SUCCESS:
        with open_store(settings) as store:
            resolve_alert(store, f"{FAILED}{job}", now)
    if run.status is not dg.DagsterRunStatus.FAILURE:
        return dg.SkipReason(f"The newest run is {run.status.value.lower()}.")
    attempt = int(run.tags.get(ATTEMPT, "0"))
    # A schedule starts anew before the last try: then it is the runs that count.
    if max(attempt, _in_a_row(newest) - 1) >= len(delays):
        _alert(settings, run, now)
    if attempt == len(delays):
        return dg.SkipReason("Every try failed; the administrator has been alerted.")
    due_at = ended_at(newest[0]) + delays[attempt]
    if now < due_at:
        return dg.SkipReason(f"Try {attempt + 1} of {len(delays)} is due at {due_at:%F %R} UTC.")
    return _retry(run, attempt + 1)


def _in_a_row(newest: Sequence[dg.RunRecord]) -> int:
    """Return how many of the runs failed since one did not, newest first."""
    is_failure = (each.dagster_run.status is dg.DagsterRunStatus.FAILURE for each in newest)
    return sum(1 for _ in takewhile(bool, is_failure))


def _alert(settings: Settings, run: dg.DagsterRun, now: datetime) -> None:
    message = f"the job `{run.job_name}` fails, and trying again did not help; see run {run.run_id}"
    with open_store(settings) as store:
        raise_alert(store, f"{FAILED}{run.job_name}", message, now)


def _retry(run: dg.DagsterRun, attempt: int) -> dg.RunRequest:
    first_run = run.tags.get(FIRST_RUN, run.run_id)
    return dg.RunRequest(
        job_name=run.job_name,
        run_key=f"{first_run}:{attempt}",
        tags={ATTEMPT: str(attempt), FIRST_RUN: first_run},
    )


def ended_at(record: dg.RunRecord) -> datetime:
    """Return when the run ended."""
    moment = record.end_time or record.update_timestamp.timestamp()
    return datetime.fromtimestamp(moment, UTC)
