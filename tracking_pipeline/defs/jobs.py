from collections.abc import Mapping
from typing import Any

import dagster as dg

from tracking_pipeline.defs.analysis import TABLES_FOR_TOOLS
from tracking_pipeline.defs.recovery import UNFINISHED
from tracking_pipeline.defs.reports import MONTHLY_REPORT, QUARTERLY_REPORT
from tracking_pipeline.defs.resources import SETTINGS
from tracking_pipeline.defs.steps import analyse, build, load, publish, report

COLLECTION = "collection"
DELIVERY = "delivery"
_UNDER_WAY = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, *UNFINISHED]
# A job has one kind of partitions: months and quarters have theirs. Files for other tools are
# written once a day, for that takes the longer the more history there is.
_MORNING = dg.AssetSelection.assets(MONTHLY_REPORT, TABLES_FOR_TOOLS)
_QUARTERS = dg.AssetSelection.assets(QUARTERLY_REPORT)


_NO_CONFIG: Mapping[str, Any] = {}


def _of_all_steps(
    name: str, description: str, config: Mapping[str, Any] = _NO_CONFIG
) -> dg.JobDefinition:
    @dg.job(name=name, description=description, config=config, resource_defs=SETTINGS)
    def steps() -> None:
        report(publish(analyse(build(load()))))

    return steps


ingest_and_build = _of_all_steps(
    "ingest_and_build",
    "Loads the new files, checks what landed, brings every model that rests on something new up "
    "to date with its tests, analyses, publishes, and writes the reports of weeks that are owed; "
    "those of months and quarters are left to the jobs `monthly` and `quarterly`. The sensor "
    "`new_files` starts it.",
)

weekly = _of_all_steps(
    "weekly",
    "The same on Sunday at 09:00: the reports of the week that ended, and those of every other "
    "week that are owed.",
)

monthly = dg.define_asset_job(
    "monthly",
    _MORNING,
    description="The reports of months that are owed, when a month has ended and when late data "
    "changed what one says, and the published tables as files for other tools. It starts every day "
    "at 09:30; what fails is tried again.",
)

quarterly = dg.define_asset_job(
    "quarterly",
    _QUARTERS,
    description="The reports of quarters that are owed. It starts every day at 09:45; what fails "
    "is tried again.",
)

rebuild_everything = _of_all_steps(
    "rebuild_everything",
    "Sets the warehouse aside, fills it anew from the archive of delivered files, and builds "
    "everything on it. For a damaged warehouse, or new rules for old records.",
    {"ops": {load.name: {"config": {"from_archive": True}}}},
)

_WRITERS = (ingest_and_build.name, weekly.name, rebuild_everything.name, COLLECTION)


def is_writing(instance: dg.DagsterInstance) -> bool:
    """Return whether a run that builds and publishes runs, or waits to.

    Another one beside it could publish what it has built by half.
    """
    return is_under_way(instance, *_WRITERS)


def is_under_way(instance: dg.DagsterInstance, *jobs: str) -> bool:
    """Return whether a run of one of these jobs runs, or waits to."""
    filters = (dg.RunsFilter(job_name=name, statuses=_UNDER_WAY) for name in jobs)
    return any(instance.get_runs(filters=each, limit=1) for each in filters)
