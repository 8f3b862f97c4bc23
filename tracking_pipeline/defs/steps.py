"""The steps of the jobs that run by themselves: load, build, analyse, publish, write reports.

A step an asset would cost more than the work. A step reports the assets that it made and the checks
that it ran; of what rests on nothing new it says nothing. Interrupted or failed, a run is taken up
by another one from the start: what is done is not done again.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from tracking_pipeline.defs.analysis import SNAPSHOT
from tracking_pipeline.defs.ingestion import MANIFEST, LoadConfig, files_loaded, landed, loaded
from tracking_pipeline.defs.metadata import WAREHOUSE_POOL
from tracking_pipeline.defs.reports import owed_of_weeks
from tracking_pipeline.defs.sql_models import built, check_keys
from tracking_pipeline.pipeline import building, publishing
from tracking_pipeline.settings import Settings

AFTER: Mapping[str, Any] = {"before": dg.In(dg.Nothing)}
DONE = dg.Out(dg.Nothing)
Event = dg.AssetMaterialization | dg.AssetCheckEvaluation | dg.Output[None]


@dg.op(ins=AFTER, out=DONE, pool=WAREHOUSE_POOL)
def load(
    context: dg.OpExecutionContext, config: LoadConfig, settings: dg.ResourceParam[Settings]
) -> Iterator[Event]:
    """Load the files that are due, exactly once."""
    summary = loaded(settings, config, context.log.info)
    yield dg.AssetMaterialization(MANIFEST, metadata=landed(settings, summary)[MANIFEST])
    yield files_loaded(summary)
    yield dg.Output(None)


class BuildConfig(dg.Config):
    """Whether to leave out the checks that held, and did so the last time."""

    only_new_outcomes: bool = False


@dg.op(ins=AFTER, out=DONE, pool=WAREHOUSE_POOL)
def build(
    context: dg.OpExecutionContext, config: BuildConfig, settings: dg.ResourceParam[Settings]
) -> Iterator[Event]:
    """Check the landed tables that changed; build and test what rests on something new."""
    holding = _holding(context.instance) if config.only_new_outcomes else frozenset()
    for event in built(building.built(settings)):
        if not (
            isinstance(event, dg.AssetCheckEvaluation)
            and event.passed
            and event.asset_check_key in holding
        ):
            yield event
    yield dg.Output(None)


def _holding(instance: dg.DagsterInstance) -> frozenset[dg.AssetCheckKey]:
    """Return the checks that hold as their newest evaluations say."""
    newest = instance.event_log_storage.get_latest_asset_check_execution_by_key(check_keys())
    held = AssetCheckExecutionRecordStatus.SUCCEEDED
    return frozenset(key for key, record in newest.items() if record.status is held)


@dg.op(ins=AFTER, out=DONE, pool=WAREHOUSE_POOL)
def analyse(settings: dg.ResourceParam[Settings]) -> Iterator[Event]:
    """Write the analysis tables: what is significant, and which insights may be told."""
    for name, n_rows in publishing.analyse(settings).items():
        metadata = {"dagster/row_count": n_rows}
        yield dg.AssetMaterialization(["analysis", name], metadata=metadata)
    yield dg.Output(None)


@dg.op(ins=AFTER, out=DONE, pool=WAREHOUSE_POOL)
def publish(settings: dg.ResourceParam[Settings]) -> Iterator[Event]:
    """Publish the snapshot that pages and reports read, unless it is as it was."""
    version = publishing.publish(settings)
    if version is not None:
        yield dg.AssetMaterialization(SNAPSHOT, metadata={"version": version})
    yield dg.Output(None)


@dg.op(ins=AFTER, out=DONE, pool="reports")
def report(settings: dg.ResourceParam[Settings]) -> Iterator[Event]:
    """Write the reports of weeks that are owed."""
    yield from owed_of_weeks(settings)
    yield dg.Output(None)
