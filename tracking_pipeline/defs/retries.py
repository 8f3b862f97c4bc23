from datetime import UTC, datetime, timedelta

import dagster as dg

from tracking_pipeline.defs.jobs import DURABLE_RETRY, ingest_and_build, weekly
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.alerts import raise_alert, resolve_alert
from tracking_pipeline.state.store import open_store

FAILED = "run_failed"
ATTEMPT = "tracking/attempt"
FIRST_RUN = "tracking/first_run"
DELAYS = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=24))
_PLANNED_ASSET = dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED
_PLANNED_CHECK = dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED


@dg.sensor(
    jobs=[weekly, ingest_and_build],
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tries a failed run again after 1, 4 and 24 hours, from the step that failed, "
    "unless a newer one succeeded. When the third try fails too, the administrator is alerted.",
)
def retries(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.RunRequest | dg.SkipReason:
    """Request the next try of the newest run, when that one failed and it is time."""
    return next_try(context.instance, settings, datetime.now(UTC))


def next_try(
    instance: dg.DagsterInstance, settings: Settings, now: datetime
) -> dg.RunRequest | dg.SkipReason:
    """Return the run that is due at ``now``, or why there is none; keep the alert true."""
    newest = instance.get_run_records(dg.RunsFilter(tags=DURABLE_RETRY), limit=1)
    if not newest:
        return dg.SkipReason("Nothing has run yet.")
    run = newest[0].dagster_run
    if run.status is dg.DagsterRunStatus.SUCCESS:
        with open_store(settings) as store:
            resolve_alert(store, FAILED, now)
    if run.status is not dg.DagsterRunStatus.FAILURE:
        return dg.SkipReason(f"The newest run is {run.status.value.lower()}.")
    attempt = int(run.tags.get(ATTEMPT, "0"))
    if attempt == len(DELAYS):
        return _give_up(settings, run, now)
    due_at = ended_at(newest[0]) + DELAYS[attempt]
    if now < due_at:
        return dg.SkipReason(f"Try {attempt + 1} of {len(DELAYS)} is due at {due_at:%F %R} UTC.")
    return _retry(instance, run, attempt + 1)


def _give_up(settings: Settings, run: dg.DagsterRun, now: datetime) -> dg.SkipReason:
    message = f"the run {run.tags[FIRST_RUN]} and its {len(DELAYS)} retries failed"
    with open_store(settings) as store:
        raise_alert(store, FAILED, message, now)
    return dg.SkipReason(f"{message}; the administrator has been alerted.")


def _retry(instance: dg.DagsterInstance, run: dg.DagsterRun, attempt: int) -> dg.RunRequest:
    first_run = run.tags.get(FIRST_RUN, run.run_id)
    assets, checks = unfinished(instance, run)
    return dg.RunRequest(
        job_name=run.job_name,
        run_key=f"{first_run}:{attempt}",
        asset_selection=assets,
        asset_check_keys=checks,
        tags={ATTEMPT: str(attempt), FIRST_RUN: first_run},
    )


def unfinished(
    instance: dg.DagsterInstance, run: dg.DagsterRun
) -> tuple[list[dg.AssetKey], list[dg.AssetCheckKey]]:
    """Return the assets and checks that the run had planned in steps that did not succeed."""
    planned = instance.all_logs(run.run_id, of_type={_PLANNED_ASSET, _PLANNED_CHECK})
    succeeded = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
    done = {entry.step_key for entry in succeeded}
    events = [entry.get_dagster_event() for entry in planned if entry.step_key not in done]
    assets = [
        event.asset_materialization_planned_data.asset_key
        for event in events
        if event.event_type is _PLANNED_ASSET
    ]
    checks = [
        event.asset_check_planned_data.asset_check_key
        for event in events
        if event.event_type is _PLANNED_CHECK
    ]
    return assets, checks


def ended_at(record: dg.RunRecord) -> datetime:
    """Return when the run ended."""
    moment = record.end_time or record.update_timestamp.timestamp()
    return datetime.fromtimestamp(moment, UTC)
