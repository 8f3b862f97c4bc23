"""Every 15 minutes: pull, load, build, analyse and publish, in five steps.

A step an asset would cost more than the work itself: 75 steps with 650 checks took 10 s. Here a
step reports all the assets and checks that it brought up to date.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

import dagster as dg
from dagster._core.definitions.metadata import RawMetadataValue, normalize_metadata

from tracking_pipeline.defs.analysis import SNAPSHOT
from tracking_pipeline.defs.ingestion import PULLED_PAGES, fates, landed_key
from tracking_pipeline.defs.jobs import COLLECTION, VALIDATION, is_writing
from tracking_pipeline.defs.metadata import OWNERS, WAREHOUSE_POOL, severity, table
from tracking_pipeline.defs.shapes import Shape, standing_shapes
from tracking_pipeline.defs.sql_models import asset_key, check_metadata, failure_text
from tracking_pipeline.landing.pull import SOURCE, Pulled
from tracking_pipeline.pipeline import building, clock, loading, publishing
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state.alerts import raise_alert, resolve_alert
from tracking_pipeline.state.store import open_store
from tracking_pipeline.transform.build import NodeResult

FAILED = "collection_failed"
EVERY_15_MINUTES = "*/15 * * * *"
HOURLY = "0 * * * *"
_AFTER = {"before": dg.In(dg.Nothing)}
_DONE = dg.Out(dg.Nothing)
_SETTINGS = {"settings"}
_Event = dg.AssetMaterialization | dg.AssetCheckEvaluation | dg.Output[None]


@dg.definitions
def collection() -> dg.Definitions:
    """Define the pages that are pulled, the job that collects, and the two schedules."""
    settings = load_settings()
    return dg.Definitions(
        assets=[PAGES],
        jobs=[collect],
        schedules=[every_15_minutes(settings), hourly_validation(settings)],
    )


PAGES = dg.AssetSpec(
    PULLED_PAGES,
    description="The pages that the HTTP endpoints of engine metrics gave, landed as files. Only "
    "the job `collection` pulls them.",
    group_name="landing",
    kinds={"json"},
    owners=OWNERS,
)


@dg.op(out=_DONE)
def pull(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    """Ask every endpoint for its pages."""
    pulled = loading.pull(settings)
    context.log_event(dg.AssetMaterialization(PULLED_PAGES, metadata=_totals(pulled)))


@dg.op(ins=_AFTER, out=_DONE, pool=WAREHOUSE_POOL)
def load(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    """Load the engine metrics that are due, exactly once."""
    summary = loading.ingest_source(settings, SOURCE, progress=context.log.info)
    context.log.info(summary.sentence())
    counts = building.row_counts(settings, "landing")
    for name in ("manifest", *(kind.table for kind in SOURCES[SOURCE].kinds)):
        metadata: dict[str, RawMetadataValue] = {"dagster/row_count": counts[name]}
        if name == "manifest":
            metadata |= fates(summary)
        context.log_event(dg.AssetMaterialization(landed_key(name), metadata=metadata))


@dg.op(ins=_AFTER, out=_DONE, pool=WAREHOUSE_POOL)
def build(settings: dg.ResourceParam[Settings]) -> Iterator[_Event]:
    """Build and test every model that engine metrics change, up to scores and recommendations."""
    results = list(building.build_after(settings, SOURCE))
    shapes = standing_shapes(settings)
    for result in results:
        yield from _events(result, shapes)
    failed = [failure_text(result) for result in results if result.status == "failed"]
    if failed:
        raise dg.Failure("\n".join(failed), allow_retries=False)
    yield dg.Output(None)


@dg.op(ins=_AFTER, out=_DONE, pool=WAREHOUSE_POOL)
def analyse(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    """Write the analysis tables: what is significant, and which insights may be told."""
    for name, n_rows in publishing.analyse(settings).items():
        metadata = {"dagster/row_count": n_rows}
        context.log_event(dg.AssetMaterialization(["analysis", name], metadata=metadata))


@dg.op(ins=_AFTER, out=_DONE, pool=WAREHOUSE_POOL)
def publish(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    """Publish the snapshot that pages and reports read."""
    version = publishing.publish(settings)
    context.log_event(dg.AssetMaterialization(SNAPSHOT, metadata={"version": version}))
    with open_store(settings) as store:
        resolve_alert(store, FAILED, clock.now_utc())


@dg.failure_hook(required_resource_keys=_SETTINGS)
def alert(context: dg.HookContext) -> None:
    """Alert of the collection until one succeeds."""
    with open_store(context.resources.settings) as store:
        message = f"the collection of engine metrics failed at its step `{context.op.name}`"
        raise_alert(store, FAILED, message, clock.now_utc())


@dg.job(
    name=COLLECTION,
    description="Asks the HTTP endpoints for engine metrics, loads them, and brings scores, "
    "goals, alerts, recommendations, insights and the published snapshot up to date. The job "
    "`validation` checks the landed tables; reports have their own runs.",
    hooks={alert},
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


def hourly_validation(settings: Settings) -> dg.ScheduleDefinition:
    """Return the schedule of what the collection leaves out to be quick."""
    return dg.ScheduleDefinition(
        name="hourly_validation",
        job_name=VALIDATION,
        cron_schedule=HOURLY,
        execution_timezone=settings.timezone,
        default_status=_running_with_endpoints(settings),
        description="Checks what must hold on the landed tables, which collections do not.",
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


def _events(result: NodeResult, shapes: Mapping[str, Shape]) -> Iterator[_Event]:
    """Yield what became of a model: its checks, and what stands there when it was built."""
    node = building.sql_project().nodes[result.name]
    key = asset_key(node)
    for check in result.checks:
        yield dg.AssetCheckEvaluation(
            asset_key=key,
            check_name=check.name,
            passed=check.passed,
            severity=severity(is_blocking=check.severity == "error"),
            metadata=normalize_metadata(check_metadata(check)),
        )
    if result.status == "built":
        metadata: dict[str, RawMetadataValue] = {"seconds": round(result.elapsed_s, 3)}
        if (shape := shapes.get(".".join(key.path))) is not None:
            metadata["dagster/column_schema"] = shape.schema(node.columns)
        if result.n_rows is not None:
            metadata["dagster/row_count"] = result.n_rows
        yield dg.AssetMaterialization(key, metadata=metadata)
