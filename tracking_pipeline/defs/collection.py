"""Every 15 minutes: pull, load, build, analyse and publish."""

from collections.abc import Sequence
from dataclasses import asdict

import dagster as dg
from dagster._core.definitions.metadata import RawMetadataValue

from tracking_pipeline.defs.ingestion import PULLED_PAGES
from tracking_pipeline.defs.jobs import COLLECTION, is_writing
from tracking_pipeline.defs.metadata import OWNERS, VALIDATION, table
from tracking_pipeline.defs.resources import SETTINGS
from tracking_pipeline.defs.steps import DONE, analyse, build, load, publish
from tracking_pipeline.landing.pull import SOURCE, Pulled
from tracking_pipeline.pipeline import clock, loading
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.state.alerts import raise_alert, resolve_alert
from tracking_pipeline.state.store import open_store

FAILED = "collection_failed"
EVERY_15_MINUTES = "*/15 * * * *"
NIGHTLY = "0 4 * * *"


@dg.definitions
def collection() -> dg.Definitions:
    """Define the pages that are pulled, the job that collects, and the two schedules."""
    settings = load_settings()
    return dg.Definitions(
        assets=[PAGES],
        jobs=[collect],
        schedules=[every_15_minutes(settings), nightly_validation(settings)],
    )


PAGES = dg.AssetSpec(
    PULLED_PAGES,
    description="The pages that the HTTP endpoints of engine metrics gave, landed as files. Only "
    "the job `collection` pulls them.",
    group_name="landing",
    kinds={"json"},
    owners=OWNERS,
)


@dg.op(out=DONE)
def pull(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    """Ask every endpoint for its pages."""
    pulled = loading.pull(settings)
    context.log_event(dg.AssetMaterialization(PULLED_PAGES, metadata=_totals(pulled)))


@dg.failure_hook(required_resource_keys={*SETTINGS})
def alert(context: dg.HookContext) -> None:
    """Alert of the collection until one succeeds."""
    with open_store(context.resources.settings) as store:
        message = f"the collection of engine metrics failed at its step `{context.op.name}`"
        raise_alert(store, FAILED, message, clock.now_utc())


@dg.success_hook(required_resource_keys={*SETTINGS})
def resolve(context: dg.HookContext) -> None:
    """End the alert when all steps but the last have succeeded, and the last one does."""
    if context.op.name == publish.name:
        with open_store(context.resources.settings) as store:
            resolve_alert(store, FAILED, clock.now_utc())


@dg.job(
    name=COLLECTION,
    description="Asks the HTTP endpoints for engine metrics, loads them, and brings scores, "
    "goals, alerts, recommendations, insights and the published snapshot up to date. It tells of a "
    "check that fails, or holds again. Reports have their own runs.",
    hooks={alert, resolve},
    resource_defs=SETTINGS,
    config={
        "ops": {
            load.name: {"config": {"source": SOURCE}},
            build.name: {"config": {"only_new_outcomes": True}},
        }
    },
)
def collect() -> None:
    """Pull, load, build, analyse, publish."""
    publish(analyse(build(load(pull()))))


def every_15_minutes(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule of the collection; it runs by default once an endpoint is named."""

    @dg.schedule(
        job=collect,
        cron_schedule=EVERY_15_MINUTES,
        execution_timezone=settings.timezone,
        default_status=_running_with_endpoints(settings),
        name="every_15_minutes",
        description="Collects engine metrics over HTTP. A tick is skipped while no endpoint is "
        "named in TRACKING_ENGINE_ENDPOINTS, and while another run builds and publishes.",
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not settings.engine_endpoints:
            return dg.SkipReason("No endpoint is named in TRACKING_ENGINE_ENDPOINTS.")
        if is_writing(context.instance):
            return dg.SkipReason("A run that builds and publishes still runs, or waits to.")
        return dg.RunRequest(run_key=context.scheduled_execution_time.isoformat())

    return tick


def nightly_validation(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule of the validation of all landed tables."""
    return dg.ScheduleDefinition(
        name="nightly_validation",
        job_name=VALIDATION,
        cron_schedule=NIGHTLY,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Checks with Great Expectations what must hold on the landed tables.",
    )


def _running_with_endpoints(settings: Settings) -> dg.DefaultScheduleStatus:
    status = dg.DefaultScheduleStatus
    return status.RUNNING if settings.engine_endpoints else status.STOPPED


def _totals(pulled: Sequence[Pulled]) -> dict[str, RawMetadataValue]:
    totals: dict[str, RawMetadataValue] = {
        "endpoints": len(pulled),
        "endpoints that failed": sum(each.error is not None for each in pulled),
        "observations": sum(each.n_records for each in pulled),
    }
    return totals | ({"pages": table([asdict(each) for each in pulled])} if pulled else {})
