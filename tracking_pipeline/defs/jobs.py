import dagster as dg

from tracking_pipeline.defs.reports import MONTHLY_REPORT

COLLECTION = "collection"
DURABLE_RETRY = {"tracking/retry": "durable"}
# A job has one kind of partitions: the months have theirs.
_EVERYTHING = dg.AssetSelection.all() - dg.AssetSelection.assets(MONTHLY_REPORT)

ingest_and_build = dg.define_asset_job(
    "ingest_and_build",
    _EVERYTHING,
    description="Loads the new files, brings every model up to date with its tests, validates, "
    "analyses, publishes, and writes the reports that are owed. The sensor `new_files` starts it.",
    tags=DURABLE_RETRY,
)

weekly = dg.define_asset_job(
    "weekly",
    _EVERYTHING,
    description="The same on Sunday at 09:00: the report of the week that ended, and every other "
    "report that is owed.",
    tags=DURABLE_RETRY,
)

monthly = dg.define_asset_job(
    "monthly",
    dg.AssetSelection.assets(MONTHLY_REPORT),
    description="The reports of months that are owed: when a month has ended, and when late data "
    "changed what one says. What fails is tried again the next morning.",
)

rebuild_everything = dg.define_asset_job(
    "rebuild_everything",
    _EVERYTHING,
    description="Sets the warehouse aside, fills it anew from the archive of delivered files, and "
    "builds everything on it. For a damaged warehouse, or new rules for old records.",
    config={"ops": {"landed_tables": {"config": {"from_archive": True}}}},
)
